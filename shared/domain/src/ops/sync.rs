//! Copying a person's particulars from the upstream login service.
//!
//! Two steps, so that nothing waits for another server inside a transaction: [`subject`] says whom to ask for, and
//! [`apply`] takes over what the upstream answered.

use super::ctx::{Ctx, Work};
use super::people::{self, UserPatch};
use super::{members, profile};
use crate::error::{Error, Result};
use crate::model::{Email, EventType, Name, Patch, Phone, PrincipalId, PrincipalKind, UserDetails};
use crate::policy::Permission;
use crate::store::sync::Identity;

/// Whose particulars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// The caller's own.
    Own,
    /// Those of a person in the effective organization.
    Member(PrincipalId),
}

/// What the upstream can be asked by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Subject at the issuer, once it is known.
    pub subject: Option<String>,
    /// E-mail address, if it may stand for the person.
    pub email: Option<Email>,
}

/// What the upstream says about a person. What it does not say stays as it is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// `sub`: who it is, for good.
    pub subject: String,
    /// Whether the upstream answered to an access token of the person's own.
    pub is_by_own_token: bool,
    /// First name.
    pub first_name: Option<Name>,
    /// Last name.
    pub last_name: Option<Name>,
    /// E-mail address.
    pub email: Option<Email>,
    /// Whether the upstream has proof that the address is the person's.
    pub is_email_verified: bool,
    /// Telephone number.
    pub phone: Option<Phone>,
}

impl Profile {
    /// The address, if the upstream has proof of it.
    fn proven_email(&self) -> Option<&Email> {
        self.email.as_ref().filter(|_| self.is_email_verified)
    }

    fn patch(&self) -> UserPatch {
        UserPatch {
            first_name: self.first_name.clone().map_or(Patch::Keep, Patch::Set),
            last_name: self.last_name.clone().map_or(Patch::Keep, Patch::Set),
            email: self.proven_email().cloned(),
            phone: self.phone.clone().map_or(Patch::Keep, Patch::Set),
        }
    }
}

/// What to ask the upstream `issuer` by. `None` for a machine, which no login service knows.
///
/// # Errors
/// `NotFound` when there is no such person in the effective organization; `Forbidden` when the caller may not change it.
pub async fn subject(ctx: &Ctx<'_>, whom: Whom, issuer: Option<&str>) -> Result<Option<Subject>> {
    let known = match whom {
        Whom::Own if ctx.caller()?.kind() == PrincipalKind::ServiceAccount => return Ok(None),
        Whom::Own => ctx.system().identity(ctx.caller()?.id()).await?.ok_or_else(profile::gone)?,
        Whom::Member(id) => {
            let tenant = ctx.tenant(Permission::MemberWrite)?;
            members::manageable(ctx, tenant, id).await?;
            tenant.identity(id).await?.ok_or_else(|| Error::not_found("Member"))?
        }
    };
    let subject = issuer.and_then(|issuer| known.subject_at(issuer)).map(str::to_owned);
    let email = known.email.clone().filter(|_| has_trusted_email(&known));
    Ok(Some(Subject { subject, email }))
}

/// Takes over what the upstream says; gives the names of what changed. Without a change nothing is written.
///
/// # Errors
/// `Conflict`: `identity_mismatch` when the upstream speaks of somebody else, `identity_unproven` when nothing proves
/// that it speaks of this person, `email_taken` when somebody else has the address. Else as [`subject`].
pub async fn apply(ctx: &Ctx<'_>, whom: Whom, issuer: &str, profile: &Profile) -> Result<Vec<&'static str>> {
    let work = match whom {
        Whom::Own => ctx.begin_system().await?,
        Whom::Member(_) => ctx.begin(Permission::MemberWrite).await?,
    };
    // They may have changed while the upstream was asked.
    let (mut details, has_password) = details(ctx, &work, whom).await?;
    let (store, id, now) = (work.system(), details.user.id, ctx.now());
    let known = store.identity(id).await?.ok_or_else(profile::gone)?;
    let is_new = check_identity(&known, issuer, profile)?;
    let mut changed = people::edit(ctx, &work, &mut details, has_password, &profile.patch()).await?;
    let has_moved = profile.proven_email().map(Email::key) != known.email.as_ref().map(Email::key);
    if profile.proven_email().is_some() && (has_moved || known.email_verified_at.is_none()) {
        store.verify_email(id, now).await?;
        if known.email_verified_at.is_none() {
            changed.push("email_verified");
        }
    }
    if is_new {
        store.add_identity(id, known, issuer, &profile.subject).await?;
        changed.push("identity");
    }
    if changed.is_empty() {
        return Ok(changed);
    }
    store.touch(id, now).await?;
    work.save(EventType::UserUpdated.on(id).with("changed", changed.clone())).await?;
    Ok(changed)
}

/// The person, inside the unit of work, and whether a password was ever set.
async fn details(ctx: &Ctx<'_>, work: &Work<'_>, whom: Whom) -> Result<(UserDetails, bool)> {
    match whom {
        // Whoever is logged in needs no invitation.
        Whom::Own => {
            let id = profile::person(ctx)?;
            Ok((work.system().user_details(id).await?.ok_or_else(profile::gone)?, true))
        }
        Whom::Member(id) => {
            let member = members::manageable(ctx, work.tenant()?, id).await?;
            Ok((member.details, member.has_password))
        }
    }
}

/// Whether the identity at the issuer is to be noted now; fails when the profile is not this person's.
fn check_identity(known: &Identity, issuer: &str, profile: &Profile) -> Result<bool> {
    if let Some(subject) = known.subject_at(issuer) {
        if subject == profile.subject {
            return Ok(false);
        }
        let text = "The login service speaks of another person than the one this user is tied to.";
        return Err(Error::conflict("identity_mismatch", text));
    }
    let is_same = match (profile.proven_email(), &known.email) {
        (Some(theirs), Some(ours)) => theirs.key() == ours.key(),
        _ => false,
    };
    if is_same && (profile.is_by_own_token || has_trusted_email(known)) {
        return Ok(true);
    }
    let text = "No e-mail address that is verified at both ends ties this user to the account at the login service.";
    Err(Error::conflict("identity_unproven", text))
}

/// Whether the stored address is more than somebody's word. People change theirs at will, and anybody may register an
/// organization and invite any address: by it they would get at a stranger's particulars.
fn has_trusted_email(known: &Identity) -> bool {
    known.email_verified_at.is_some()
}

#[cfg(test)]
#[cfg(feature = "native")]
#[path = "sync_tests.rs"]
mod tests;
