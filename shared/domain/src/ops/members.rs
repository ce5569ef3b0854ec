//! People of an organization.

use serde_json::json;

use super::ctx::Ctx;
use crate::clock::Millis;
use crate::crypto::TokenKind;
use crate::error::{Error, Result};
use crate::model::{Email, Name, PrincipalKind, PrincipalState, User, UserDetails};
use crate::policy::Permission;
use crate::store::DbError;
use crate::store::outbox::NewMail;
use crate::store::principals::NewPrincipal;
use crate::store::users::NewUser;

/// How long an invitation can be accepted.
pub const INVITATION_LIFETIME: Millis = 3 * 24 * 60 * 60 * 1000;

/// A person to be invited.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// First name.
    pub first_name: Name,
    /// Last name.
    pub last_name: Name,
    /// Login and address of the invitation.
    pub email: Email,
}

/// Everybody in the effective organization, oldest member first.
pub async fn list(ctx: &Ctx<'_>) -> Result<Vec<User>> {
    Ok(ctx.tenant(Permission::MemberRead)?.members().await?)
}

/// Adds and invites a person: state [`PrincipalState::Initial`] until the first password is set with the code that is
/// mailed. The role to begin with is `org:user`; `org:admin` in an organization where no person holds that yet, if the caller
/// has an administrator's rights.
///
/// # Errors
/// `Conflict` (`email_taken`) when the address is in use anywhere in the installation.
pub async fn add(ctx: &Ctx<'_>, new: NewMember) -> Result<UserDetails> {
    let code = TokenKind::OneTimeCode.generate(ctx.rng());
    let now = ctx.now();
    let expires_at = now + INVITATION_LIFETIME;
    let work = ctx.begin(Permission::MemberWrite).await?;
    // Who may only write members must not come to an administrator's rights by inviting one.
    let may_be_admin = ctx.authorize(Permission::ServiceAccountManage).is_ok();
    let tenant = work.tenant()?;
    let principal = NewPrincipal {
        kind: PrincipalKind::User,
        state: PrincipalState::Initial,
        organization: Some(tenant.organization()),
    };
    let id = work.system().insert_principal(principal, ctx.rng(), now).await?;
    let user = NewUser {
        email: &new.email,
        first_name: Some(new.first_name.text()),
        last_name: Some(new.last_name.text()),
        invitation_expires_at: Some(expires_at),
        joined_at: None,
    };
    work.system().insert_user(id, user).await.map_err(email_taken)?;
    work.system().insert_membership(tenant.organization(), id, principal, now).await?;
    tenant.grant_first_role(id, may_be_admin, ctx.rng(), now).await?;
    tenant.insert_first_password_code(code.hash, id, expires_at, now).await?;
    let mail = json!({ "first_name": new.first_name.text(), "code": code.text.expose(), "expires_at": expires_at });
    let mail = NewMail {
        id: ctx.services().ulid(),
        template: "invitation",
        recipient: new.email.text(),
        organization: Some(tenant.organization()),
        payload: mail.to_string(),
    };
    work.system().insert_mail(mail, now).await?;
    let made = work.system().user_details(id).await?;
    work.save("member.add", Some(id.get()), json!({})).await?;
    ctx.services().note_mail();
    made.ok_or_else(|| Error::internal("the new member is not there"))
}

/// Names the rule behind a clash of e-mail addresses.
fn email_taken(error: DbError) -> Error {
    match error {
        DbError::Unique(what) if what.contains("email_key") => {
            Error::conflict("email_taken", "This e-mail address is already in use.")
        }
        other => other.into(),
    }
}
