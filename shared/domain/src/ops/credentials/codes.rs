//! One-time codes: made, mailed, and taken when they come back. Only their SHA-256 is stored.

use serde_json::json;

use crate::clock::Millis;
use crate::crypto::{Sensitive, secret};
use crate::error::{Error, Result};
use crate::model::{CodePurpose, MailFlow, OrganizationId, PrincipalId};
use crate::ops::ctx::{Ctx, Work};
use crate::store::System;
use crate::store::credentials::codes::{CodeOwner, NewCode};
use crate::store::events::outbox::NewMail;

const HOUR: Millis = 60 * 60 * 1000;

/// How long a code is good.
const fn lifetime(purpose: CodePurpose) -> Millis {
    match purpose {
        CodePurpose::FirstPassword => 72 * HOUR,
        CodePurpose::PasswordReset => HOUR,
    }
}

/// A code that is mailed to a user. It names neither the user nor an organization unless told to: many can have a mail sent
/// to a stranger, and must not choose what it says.
#[derive(Debug, Clone)]
pub(in crate::ops) struct CodeMail<'a> {
    purpose: CodePurpose,
    flow: MailFlow,
    user: PrincipalId,
    recipient: &'a str,
    organization: Option<OrganizationId>,
    organization_name: Option<&'a str>,
    first_name: Option<&'a str>,
}

impl<'a> CodeMail<'a> {
    /// A mail to the address `recipient` of `user`.
    pub(in crate::ops) fn new(purpose: CodePurpose, flow: MailFlow, user: PrincipalId, recipient: &'a str) -> Self {
        Self { purpose, flow, user, recipient, organization: None, organization_name: None, first_name: None }
    }

    /// Concerns an organization, and tells its name where one is given.
    pub(in crate::ops) fn in_organization(mut self, id: Option<OrganizationId>, name: Option<&'a str>) -> Self {
        (self.organization, self.organization_name) = (id, name);
        self
    }

    /// Calls the user by the first name.
    pub(in crate::ops) fn greeting(mut self, first_name: Option<&'a str>) -> Self {
        self.first_name = first_name;
        self
    }

    /// Makes the code, worthless earlier ones, and puts the mail into the outbox.
    pub(in crate::ops) async fn send(self, ctx: &Ctx<'_>, work: &Work<'_>) -> Result<()> {
        let code = issue(ctx, work, self.purpose, self.flow, self.user, self.organization).await?;
        if self.purpose == CodePurpose::FirstPassword {
            work.system().set_invitation_end(self.user, code.expires_at).await?;
        }
        let payload = json!({
            "first_name": self.first_name,
            "organization": self.organization_name,
            "code": code.text.expose(),
            "expires_at": code.expires_at,
        });
        let mail = NewMail {
            id: ctx.services().ulid(),
            template: self.flow.template(self.purpose),
            recipient: self.recipient,
            organization: self.organization,
            principal: Some(self.user),
            payload: payload.to_string(),
        };
        work.mail(mail).await
    }
}

/// A code as its owner gets it.
#[derive(Debug)]
pub(in crate::ops) struct IssuedCode {
    /// The code.
    pub text: Sensitive<String>,
    /// End of validity.
    pub expires_at: Millis,
}

/// Makes a code for `user`; earlier ones for the same purpose are worthless then.
pub(in crate::ops) async fn issue(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    purpose: CodePurpose,
    flow: MailFlow,
    user: PrincipalId,
    organization: Option<OrganizationId>,
) -> Result<IssuedCode> {
    let code = secret::generate_code(flow.code_format(), ctx.rng());
    let expires_at = ctx.now() + lifetime(purpose);
    let new = NewCode { hash: code.hash, purpose, principal: user, organization, expires_at };
    work.system().replace_code(new, ctx.now()).await?;
    Ok(IssuedCode { text: code.text, expires_at })
}

/// A code that came back.
#[derive(Debug)]
pub(in crate::ops) struct SentCode {
    digest: secret::Digest,
    purpose: CodePurpose,
    /// Whether those who were stopped may use it.
    includes_stopped: bool,
}

impl SentCode {
    /// Reads a code of either format.
    ///
    /// # Errors
    /// `WrongState` (`bad_code`) for what cannot be one.
    pub(in crate::ops) fn parse(text: &str, purpose: CodePurpose, includes_stopped: bool) -> Result<Self> {
        let digest = secret::parse_code(text.trim()).ok_or_else(bad_code)?;
        Ok(Self { digest, purpose, includes_stopped })
    }

    /// The owner, if the code is good now: nothing is hashed for one that is not.
    ///
    /// # Errors
    /// `WrongState` when the code is unknown or used, or its owner may not use it (`bad_code`), or has run out
    /// (`expired_code`).
    pub(in crate::ops) async fn owner<M>(&self, store: System<'_, M>, now: Millis) -> Result<CodeOwner> {
        let owner = store.code_owner(self.digest, self.purpose).await?;
        let owner = owner.filter(|owner| self.includes_stopped || owner.state.may_use_code()).ok_or_else(bad_code)?;
        if owner.expires_at > now { Ok(owner) } else { Err(bad_code().recoded("expired_code")) }
    }

    /// The owner as stored now, checked once more inside the transaction: hashing took its time, and a code is good once.
    ///
    /// # Errors
    /// As [`SentCode::owner`].
    pub(in crate::ops) async fn confirm(&self, work: &Work<'_>, owner: &CodeOwner, now: Millis) -> Result<CodeOwner> {
        let again = self.owner(work.system(), now).await?;
        if again.id == owner.id { Ok(again) } else { Err(bad_code()) }
    }
}

/// What is said of a code that is not good.
pub(in crate::ops) fn bad_code() -> Error {
    Error::rejected("bad_code", "This code is not valid: it may have been used, replaced by a newer one, or run out.")
}
