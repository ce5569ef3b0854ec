//! What a principal proves itself with.

use super::id::{CredentialId, OrganizationId, PrincipalId};
use super::stored::stored_enum;
use crate::clock::Millis;

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
    /// Which form a one-time code has. Each API mails its own; all take either.
    CodeStyle {
        /// With a prefix and a checksum.
        Checked = "checked",
        /// 64 hexadecimal digits.
        Hex = "hex",
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
