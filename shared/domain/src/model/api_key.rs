//! API keys: keys with permissions of their own.

use super::id::{CredentialId, PrincipalId};
use super::stored::stored_enum;
use crate::clock::Millis;
use crate::policy::{ApiPermission, KeyScope};

stored_enum! {
    /// Whether a key can be used. It is nowhere stored: time alone ends a key.
    KeyStatus {
        /// It can.
        Active = "active",
        /// Not any more: somebody has ended it.
        Revoked = "revoked",
        /// Not any more: its time is over.
        Expired = "expired",
    }
}

/// An API key, as lists show it: never the key itself.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// Id.
    pub id: CredentialId,
    /// The account that owns all keys.
    pub account: PrincipalId,
    /// Name for people.
    pub name: Option<String>,
    /// Visible part of the key.
    pub label: String,
    /// What it may do, and where.
    pub limits: KeyLimits,
    /// End of validity; `None` = never.
    pub expires_at: Option<Millis>,
    /// When it was ended.
    pub revoked_at: Option<Millis>,
    /// When it was last used to log in.
    pub last_used_at: Option<Millis>,
    /// Creation.
    pub created_at: Millis,
    /// Last change.
    pub updated_at: Millis,
}

/// What an API key may do, and where.
#[derive(Debug, Clone)]
pub struct KeyLimits {
    /// Its permissions.
    pub permissions: Vec<ApiPermission>,
    /// What it is limited to.
    pub scope: KeyScope,
    /// Ids of the organizations or projects; empty for all.
    pub values: Vec<String>,
}

/// An API key to create.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// Name for people.
    pub name: Option<String>,
    /// Names of permissions. What the caller may not give, or nobody knows, is left out.
    pub permissions: Vec<String>,
    /// Name of a [`KeyScope`].
    pub scope_type: Option<String>,
    /// Ids of organizations or projects.
    pub values: Vec<String>,
    /// End of validity; `None` = never.
    pub expires_at: Option<Millis>,
}

impl ApiKey {
    /// Whether it can be used at the moment `now`.
    pub fn status(&self, now: Millis) -> KeyStatus {
        match (self.revoked_at, self.expires_at) {
            (Some(_), _) => KeyStatus::Revoked,
            (None, Some(end)) if end <= now => KeyStatus::Expired,
            (None, _) => KeyStatus::Active,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_ends_with_its_last_moment_and_stays_revoked() {
        let mut key = ApiKey {
            id: CredentialId::from_stored(1),
            account: PrincipalId::from_stored(2),
            name: None,
            label: String::new(),
            limits: KeyLimits { permissions: Vec::new(), scope: KeyScope::All, values: Vec::new() },
            expires_at: None,
            revoked_at: None,
            last_used_at: None,
            created_at: 0,
            updated_at: 0,
        };
        assert_eq!(key.status(i64::MAX), KeyStatus::Active);
        key.expires_at = Some(10);
        assert_eq!([9, 10].map(|now| key.status(now)), [KeyStatus::Active, KeyStatus::Expired]);
        key.revoked_at = Some(5);
        assert_eq!([4, 10].map(|now| key.status(now)), [KeyStatus::Revoked; 2]);
    }
}
