//! What a principal proves itself with.

use super::id::{CredentialId, OrganizationId, PrincipalId};
use super::principal::PrincipalState;
use super::stored::stored_enum;
use crate::clock::Millis;
use crate::crypto::secret::CodeFormat;

stored_enum! {
    /// Kinds of credential.
    CredentialKind {
        /// Password of a person (argon2id).
        Password = "password",
        /// Opaque token that acts as its owner.
        ApiToken = "api_token",
        /// Opaque key with permissions of its own.
        ApiKey = "api_key",
        /// Secret of an OAuth client (RFC 6749 §2.3.1).
        ClientSecret = "client_secret",
        /// Public half of a key pair, for assertions (RFC 7523).
        PublicKey = "public_key",
    }
}

stored_enum! {
    /// What a one-time code is good for.
    CodePurpose {
        /// Setting the first password, which accepts an invitation.
        FirstPassword = "first_password",
        /// Setting a new password in place of a forgotten one.
        PasswordReset = "password_reset",
    }
}

stored_enum! {
    /// Which mails bring a user a code, and whose pages they lead to. The code does its work through any API.
    MailFlow {
        /// To a member of an organization, in its name.
        Member = "checked",
        /// To an account, whatever it belongs to.
        Account = "hex",
    }
}

impl MailFlow {
    /// The form of the codes in these mails.
    pub const fn code_format(self) -> CodeFormat {
        match self {
            Self::Member => CodeFormat::Checked,
            Self::Account => CodeFormat::Hex,
        }
    }

    /// The template of a mail with a code for this.
    pub const fn template(self, purpose: CodePurpose) -> &'static str {
        match (purpose, self) {
            (CodePurpose::FirstPassword, Self::Member) => "invitation",
            (CodePurpose::PasswordReset, Self::Member) => "password_reset",
            (CodePurpose::FirstPassword, Self::Account) => "account_invitation",
            (CodePurpose::PasswordReset, Self::Account) => "account_password_reset",
        }
    }

    /// Which code helps a user who has forgotten the password; `None`: none, since that user may not log in anyway. An
    /// account can always have a password set: whether it comes in with that is decided apart from it.
    pub const fn helps(self, state: PrincipalState, has_password: bool) -> Option<CodePurpose> {
        match (self, state) {
            (Self::Account, _) => Some(CodePurpose::PasswordReset),
            (Self::Member, PrincipalState::Active) if has_password => Some(CodePurpose::PasswordReset),
            (Self::Member, PrincipalState::Initial | PrincipalState::Active) if !has_password => {
                Some(CodePurpose::FirstPassword)
            }
            (Self::Member, _) => None,
        }
    }
}

/// A credential of a service account as lists show it: never the secret.
#[derive(Debug, Clone)]
pub struct Credential {
    /// Id; for a key pair its `kid`.
    pub id: CredentialId,
    /// Kind.
    pub kind: CredentialKind,
    /// Whose.
    pub owner: PrincipalId,
    /// Home organization of its owner.
    pub home: Option<OrganizationId>,
    /// Name for people.
    pub name: Option<String>,
    /// Visible part of a secret.
    pub label: Option<String>,
    /// End of validity; `None` = never.
    pub expires_at: Option<Millis>,
    /// When it was made.
    pub created_at: Millis,
}
