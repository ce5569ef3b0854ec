//! Copying a user's particulars from the upstream login service.
//!
//! Two steps, so that nothing waits for another server inside a transaction: [`subject`] says whom to ask for, and
//! [`apply`] takes over what the upstream answered.

use serde_json::Map;

use super::update::{Effects, write};
use super::{gone, guard, own_id, own_record, record};
use crate::error::{Error, Result};
use crate::model::{
    Email, EventType, MailFlow, Name, ObjectPatch, Patch, Phone, PrincipalId, PrincipalKind, User, UserChange,
};
use crate::ops::ctx::{Ctx, Work};
use crate::policy::{Action, Reach, Touch};
use crate::store::users::read::UserRecord;

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

    /// What it changes; `issuer` is whose word it is, where the subject there is to be noted.
    fn change(&self, issuer: Option<&str>) -> UserChange {
        let name = |name: &Option<Name>| name.as_ref().map_or(Patch::Keep, |name| Patch::Set(name.text().to_owned()));
        let identity = |issuer: &str| (issuer.to_owned(), self.subject.clone().into());
        UserChange {
            first_name: name(&self.first_name),
            last_name: name(&self.last_name),
            email: self.proven_email().cloned().map_or(Patch::Keep, Patch::Set),
            is_email_proven: self.proven_email().is_some(),
            phone: self.phone.clone().map_or(Patch::Keep, Patch::Set),
            identities: issuer
                .map_or(ObjectPatch::Keep, |issuer| ObjectPatch::Merge(Map::from_iter([identity(issuer)]))),
            ..UserChange::default()
        }
    }
}

/// What to ask the upstream `issuer` by. `None` for a machine, which no login service knows.
///
/// # Errors
/// `NotFound` when there is no such user in the effective organization; `Forbidden` when the caller may not change it.
pub async fn subject(ctx: &Ctx<'_>, whom: Whom, issuer: Option<&str>) -> Result<Option<Subject>> {
    let known = match whom {
        Whom::Own if ctx.caller()?.kind() == PrincipalKind::ServiceAccount => return Ok(None),
        Whom::Own => {
            let id = ctx.caller()?.id();
            ctx.system().user_record(&[&Reach::Own(id)], id).await?.ok_or_else(gone)?
        }
        Whom::Member(id) => {
            let reach = ctx.reach(Action::UserUpdate)?;
            let user = ctx.system().user_record(&[&reach], id).await?.ok_or_else(super::not_found)?;
            guard(ctx, ctx.system(), Action::UserUpdate, &user, Touch::Particulars).await?;
            user
        }
    };
    let subject = issuer.and_then(|issuer| subject_at(&known, issuer)).map(str::to_owned);
    let email = known.email.clone().filter(|_| has_trusted_email(&known)).map(Email::from_stored);
    Ok(Some(Subject { subject, email }))
}

/// Takes over what the upstream says; gives the names of what changed. Without a change nothing is written.
///
/// # Errors
/// `Conflict`: `identity_mismatch` when the upstream speaks of somebody else, `identity_unproven` when nothing proves
/// that it speaks of this user, `email_taken` or `phone_taken` when somebody else has the address or the number. Else as
/// [`subject`].
pub async fn apply(ctx: &Ctx<'_>, whom: Whom, issuer: &str, profile: &Profile) -> Result<Vec<&'static str>> {
    // They may have changed while the upstream was asked.
    let (work, mut user) = begin(ctx, whom).await?;
    let is_new = check_identity(&user, issuer, profile)?;
    // Who is logged in needs no invitation.
    let effects = Effects { invites_again: (whom != Whom::Own).then_some(MailFlow::Member), notes_no_change: false };
    let change = profile.change(is_new.then_some(issuer));
    let changes = write(ctx, &work, &mut user, change, effects).await?;
    if !changes.is_empty() {
        work.save(EventType::UserUpdated.on(user.id).changed(&changes)).await?;
    }
    Ok(changes.names())
}

/// The user, under the write lock.
async fn begin<'c>(ctx: &'c Ctx<'_>, whom: Whom) -> Result<(Work<'c>, User<UserRecord>)> {
    match whom {
        Whom::Own => {
            let id = own_id(ctx)?;
            let work = ctx.begin_system().await?;
            let user = own_record(&work, id).await?;
            Ok((work, user))
        }
        Whom::Member(id) => {
            let (work, reach) = ctx.begin_for(Action::UserUpdate).await?;
            let user = record(&work, &[&reach], id).await?;
            guard(ctx, work.system(), Action::UserUpdate, &user, Touch::Particulars).await?;
            Ok((work, user))
        }
    }
}

/// The subject of a user at an upstream provider.
fn subject_at<'u>(user: &'u User<UserRecord>, issuer: &str) -> Option<&'u str> {
    user.data.claims.identities.get(issuer)?.as_str()
}

/// Whether the identity at the issuer is to be noted now; fails when the profile is not this user's.
fn check_identity(known: &User<UserRecord>, issuer: &str, profile: &Profile) -> Result<bool> {
    if let Some(subject) = subject_at(known, issuer) {
        if subject == profile.subject {
            return Ok(false);
        }
        let text = "The login service speaks of another person than the one this user is tied to.";
        return Err(Error::conflict("identity_mismatch", text));
    }
    let is_same = match (profile.proven_email(), known.email.clone().map(Email::from_stored)) {
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
fn has_trusted_email(user: &User<UserRecord>) -> bool {
    user.data.email_verified_at.is_some()
}

#[cfg(test)]
#[cfg(feature = "native")]
#[path = "sync_tests.rs"]
mod tests;
