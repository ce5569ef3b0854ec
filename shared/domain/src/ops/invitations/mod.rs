//! Invitations: into organizations, and of new users by a one-time code, with which the first password is set.

pub mod create;
pub mod end;
pub mod list;
pub mod send;

use serde_json::json;

use super::ctx::{Ctx, Work};
use super::logins::throttle;
use super::users::{guard, record};
use crate::clock::Millis;
use crate::crypto::secret;
use crate::error::{Error, Result};
use crate::model::{CodePurpose, CodeStyle, EventType, OrganizationId, PrincipalId};
use crate::policy::{Action, Touch};
use crate::store::credentials::codes::NewCode;
use crate::store::events::outbox::NewMail;

/// How long an invitation can be accepted.
pub const LIFETIME: Millis = 3 * 24 * 60 * 60 * 1000;

/// A code that is mailed to somebody.
#[derive(Debug, Clone)]
pub(super) struct CodeMail<'a> {
    /// What the code is good for; also says which mail it is.
    pub purpose: CodePurpose,
    /// Form of the code; says as well whose pages the mail leads to.
    pub style: CodeStyle,
    /// To whom.
    pub principal: PrincipalId,
    /// Organization it concerns.
    pub organization: Option<OrganizationId>,
    /// Its name, where the mail should tell it.
    pub organization_name: Option<&'a str>,
    /// Address.
    pub recipient: &'a str,
    /// How the mail calls the recipient.
    pub first_name: Option<&'a str>,
    /// How long the code is good.
    pub lifetime: Millis,
}

/// Makes a new code, worthless earlier ones, and puts the mail into the outbox.
pub(super) async fn mail_code(ctx: &Ctx<'_>, work: &Work<'_>, mail: CodeMail<'_>) -> Result<()> {
    let code = secret::generate_code(mail.style, ctx.rng());
    let (now, expires_at) = (ctx.now(), ctx.now() + mail.lifetime);
    let new = NewCode {
        hash: code.hash,
        purpose: mail.purpose,
        principal: mail.principal,
        organization: mail.organization,
        expires_at,
    };
    work.system().replace_code(new, now).await?;
    if mail.purpose == CodePurpose::FirstPassword {
        work.system().set_invitation_end(mail.principal, expires_at).await?;
    }
    let payload = json!({
        "first_name": mail.first_name,
        "organization": mail.organization_name,
        "code": code.text.expose(),
        "expires_at": expires_at,
    });
    let template = match (mail.purpose, mail.style) {
        (CodePurpose::FirstPassword, CodeStyle::Checked) => "invitation",
        (CodePurpose::PasswordReset, CodeStyle::Checked) => "password_reset",
        (CodePurpose::FirstPassword, CodeStyle::Hex) => "account_invitation",
        (CodePurpose::PasswordReset, CodeStyle::Hex) => "account_password_reset",
    };
    let mail = NewMail {
        id: ctx.services().ulid(),
        template,
        recipient: mail.recipient,
        organization: mail.organization,
        principal: Some(mail.principal),
        payload: payload.to_string(),
    };
    work.mail(mail).await
}

/// Sends the invitation of a member again, with a new code; the old one is worthless then.
///
/// # Errors
/// `WrongState` when the person has set a password already, or is locked or switched off; `TooMany` when it was sent
/// often of late.
pub async fn resend(ctx: &Ctx<'_>, id: PrincipalId) -> Result<()> {
    let (work, reach) = ctx.begin_for(Action::UserUpdate).await?;
    let tenant = work.tenant()?;
    let user = record(&work, &[&reach], id).await?;
    guard(ctx, Action::UserUpdate, &user, Touch::Particulars)?;
    if user.data.has_password || !user.state.may_use_code() {
        return Err(Error::wrong_state("This person has no invitation to be sent again."));
    }
    let recipient = user.email.as_deref();
    let recipient = recipient.ok_or_else(|| Error::wrong_state("This person has no e-mail address."))?;
    let mail = CodeMail {
        purpose: CodePurpose::FirstPassword,
        style: CodeStyle::Checked,
        principal: id,
        organization: Some(tenant.organization()),
        organization_name: user.data.home.organization.as_ref().and_then(|home| home.name.as_deref()),
        recipient,
        first_name: user.first_name.as_deref(),
        lifetime: LIFETIME,
    };
    // Only now: whether somebody of another organization was mailed often is nobody's business.
    let subject = throttle::mail_to(id);
    throttle::check(work.system(), &subject, ctx.now()).await?;
    throttle::count(work.system(), &subject, ctx.now()).await?;
    mail_code(ctx, &work, mail).await?;
    work.save(EventType::UserInvited.on(id)).await?;
    Ok(())
}
