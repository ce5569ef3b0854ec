//! Changes to a person that the person makes, or an administrator.

use super::ctx::{Ctx, Work};
use super::invitations::{self, CodeMail};
use crate::error::{Error, Result};
use crate::model::{
    CodePurpose, CodeStyle, Email, Name, OrganizationId, Patch, Phone, PrincipalId, PrincipalKind, PrincipalState,
    UserDetails,
};
use crate::store::DbError;
use crate::store::people::Profile;
use crate::store::principals::NewPrincipal;
use crate::store::users::NewUser;

/// What is to change. An e-mail address can be replaced, not taken away: it is the login.
#[derive(Debug, Clone)]
pub struct UserPatch {
    /// First name.
    pub first_name: Patch<Name>,
    /// Last name.
    pub last_name: Patch<Name>,
    /// Login.
    pub email: Option<Email>,
    /// Telephone number.
    pub phone: Patch<Phone>,
}

/// A person who is to be invited.
#[derive(Debug, Clone, Copy)]
pub(super) struct Invited<'a> {
    /// First name.
    pub first_name: &'a Name,
    /// Last name.
    pub last_name: &'a Name,
    /// Login.
    pub email: &'a Email,
    /// Telephone number.
    pub phone: Option<&'a Phone>,
}

/// Makes a person at home in `home`: state [`PrincipalState::Initial`], no role yet.
///
/// # Errors
/// `Conflict` (`email_taken`) when the address is in use anywhere in the installation.
pub(super) async fn make(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    home: OrganizationId,
    new: Invited<'_>,
) -> Result<PrincipalId> {
    let (store, now) = (work.system(), ctx.now());
    let principal =
        NewPrincipal { kind: PrincipalKind::User, state: PrincipalState::Initial, organization: Some(home) };
    let id = store.insert_principal(principal, ctx.rng(), now).await?;
    let user = NewUser {
        email: new.email,
        first_name: Some(new.first_name.text()),
        last_name: Some(new.last_name.text()),
        phone: new.phone.map(Phone::text),
        joined_at: None,
    };
    store.insert_user(id, user).await.map_err(email_taken)?;
    store.add_memberships(&[home], &[id], None, now).await?;
    Ok(id)
}

/// Writes `patch` over `details` and returns the names of the fields that changed; none: nothing was written.
///
/// A new address makes the codes that were mailed to the old one worthless; who has not set a password yet, and may, gets a
/// new invitation at the new address.
///
/// # Errors
/// `Conflict` (`email_taken`) when the address is in use anywhere in the installation.
pub(super) async fn edit(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    details: &mut UserDetails,
    has_password: bool,
    patch: &UserPatch,
) -> Result<Vec<&'static str>> {
    let user = &mut details.user;
    let old = Profile {
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        email: user.email.clone().map(Email::from_stored),
        phone: user.phone.clone(),
    };
    let new = Profile {
        first_name: patch.first_name.apply(old.first_name.clone(), |name| name.text().to_owned()),
        last_name: patch.last_name.apply(old.last_name.clone(), |name| name.text().to_owned()),
        email: patch.email.clone().or_else(|| old.email.clone()),
        phone: patch.phone.apply(old.phone.clone(), |phone| phone.text().to_owned()),
    };
    let compared = [
        ("first_name", old.first_name != new.first_name),
        ("last_name", old.last_name != new.last_name),
        ("email", old.email != new.email),
        ("phone", old.phone != new.phone),
    ];
    let changed: Vec<&'static str> = compared.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect();
    if changed.is_empty() {
        return Ok(changed);
    }
    let (store, id, now) = (work.system(), user.id, ctx.now());
    store.update_profile(id, &new).await.map_err(email_taken)?;
    store.touch(id, now).await?;
    if old.email.as_ref().map(Email::key) != new.email.as_ref().map(Email::key) {
        forget_mailed_codes(work, id).await?;
        if let Some(email) = new.email.as_ref().filter(|_| !has_password && user.state.may_use_code()) {
            let home = details.organization.as_ref().map(|home| (home.id, home.name.as_deref().unwrap_or_default()));
            invite(ctx, work, id, home, email, new.first_name.as_deref()).await?;
        }
    }
    user.first_name = new.first_name;
    user.last_name = new.last_name;
    user.email = new.email.map(|email| email.text().to_owned());
    user.phone = new.phone;
    user.updated_at = now;
    Ok(changed)
}

/// Makes the codes worthless that were mailed to the address somebody had.
pub(super) async fn forget_mailed_codes(work: &Work<'_>, id: PrincipalId) -> Result<()> {
    work.system().forget_codes(id, CodePurpose::PasswordReset).await?;
    Ok(work.system().forget_codes(id, CodePurpose::FirstPassword).await?)
}

/// Mails somebody a code for the first password. `home` is the organization, and what the mail calls it.
pub(super) async fn invite(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    principal: PrincipalId,
    home: Option<(OrganizationId, &str)>,
    email: &Email,
    first_name: Option<&str>,
) -> Result<()> {
    let mail = CodeMail {
        purpose: CodePurpose::FirstPassword,
        style: CodeStyle::Checked,
        principal,
        organization: home.map(|(id, _)| id),
        organization_name: home.map(|(_, name)| name),
        recipient: email.text(),
        first_name,
        lifetime: invitations::LIFETIME,
    };
    invitations::mail_code(ctx, work, mail).await
}

/// Names the rule behind a clash of e-mail addresses.
pub(super) fn email_taken(error: DbError) -> Error {
    match error {
        DbError::Unique(what) if what.contains("email_key") => {
            Error::conflict("email_taken", "This e-mail address is already in use.")
        }
        other => other.into(),
    }
}

/// Refuses to take away the last administrator.
pub(super) fn last_admin() -> Error {
    Error::conflict("last_admin", "The last administrator cannot be removed: make another one first.")
}
