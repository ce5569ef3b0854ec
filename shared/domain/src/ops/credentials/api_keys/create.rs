//! New keys.

use serde_json::json;

use crate::crypto::Sensitive;
use crate::crypto::secret::{Alphabet, generate_plain};
use crate::error::{Error, FaultCode, Result};
use crate::model::{ApiKey, CredentialId, CredentialKind, EventType, IdSet, KeyLimits, NewApiKey, OrganizationId};
use crate::ops::ctx::Ctx;
use crate::policy::{Action, ApiPermission, KeyScope, Reach};
use crate::store::credentials::write::{NewCredential, Proof};

/// What the text of a key looks like, where an API has a form of its own.
#[derive(Debug, Clone, Copy)]
pub struct KeyFormat {
    /// How it begins.
    pub prefix: &'static str,
    /// How many hexadecimal digits follow, four bits each.
    pub digits: usize,
}

/// Most ids that a key can be limited to: each of its tokens carries them.
const MAX_VALUES: usize = 100;
/// Longest id of a project, in characters: projects are another service's.
const MAX_VALUE_CHARS: usize = 64;

/// A new key, shown once, stored as its SHA-256.
#[derive(Debug)]
pub struct CreatedKey {
    /// What lists show.
    pub key: ApiKey,
    /// The key itself.
    pub text: Sensitive<String>,
}

/// Makes a key. A caller that reaches the keys of some organizations alone makes no others.
///
/// # Errors
/// `Forbidden`; `WrongState` (`cannot_create_record`) when no permission is left; `Invalid` at `scope_type`, `scope_value`,
/// `expires_at`; `NotFound` when the account that owns all keys is missing.
pub async fn create(ctx: &Ctx<'_>, new: NewApiKey, format: KeyFormat) -> Result<CreatedKey> {
    // Who may not do it anyway must not take the write lock.
    plan(ctx, &new)?;
    let secret = generate_plain(format.prefix, Alphabet::Hex, format.digits, ctx.rng());
    let label = label(secret.text.expose());

    let work = ctx.begin_system().await?;
    // Once more: the caller may have lost rights or organizations.
    let limits = plan(ctx, &new)?;
    let organizations = match limits.scope {
        KeyScope::Organization => IdSet::<OrganizationId>::of(&limits.values),
        KeyScope::All | KeyScope::Project => IdSet::of(&[]),
    };
    let found = work.system().api_key_context(&organizations).await?;
    if found.known < organizations.ids().len() {
        return Err(unknown_values());
    }
    let mut key = ApiKey {
        id: CredentialId::from_stored(0),
        account: found.owner.ok_or_else(|| Error::not_found("Account of the API keys"))?,
        name: new.name,
        label,
        limits,
        expires_at: new.expires_at,
        revoked_at: None,
        last_used_at: None,
        created_at: ctx.now(),
        updated_at: ctx.now(),
    };
    let new = NewCredential {
        owner: key.account,
        kind: CredentialKind::ApiKey,
        name: key.name.as_deref(),
        limits: Some(&key.limits),
        expires_at: key.expires_at,
    };
    let proof = |_| Proof::Secret { label: key.label.clone(), hash: secret.hash };
    key.id = work.system().insert_credential(new, proof, ctx.rng(), ctx.now()).await?;
    let names: Vec<&str> = key.limits.permissions.iter().map(|permission| permission.as_str()).collect();
    let detail =
        json!({ "permissions": names, "scope_type": key.limits.scope.as_str(), "scope_value": key.limits.values });
    work.save(EventType::CredentialCreated.on(key.id).detailed(detail)).await?;
    Ok(CreatedKey { key, text: secret.text })
}

/// What the key may be given, as far as the caller decides that.
fn plan(ctx: &Ctx<'_>, new: &NewApiKey) -> Result<KeyLimits> {
    ctx.reach(Action::ApiKeyCreate)?;
    let caller = ctx.caller()?;
    let grantable = &caller.table()?.api_permissions;
    let reach = ctx.reach(Action::ApiKeyRead)?;
    let mut permissions: Vec<ApiPermission> = Vec::new();
    for name in &new.permissions {
        if let Some(permission) = ApiPermission::from_stored(name).filter(|one| grantable.contains(one))
            && !permissions.contains(&permission)
        {
            permissions.push(permission);
        }
    }
    if permissions.is_empty() {
        return Err(no_permission());
    }
    let (scope, values) = scope(new)?;
    if let Reach::Organizations { ids: owned, .. } = &reach {
        permissions.retain(|permission| permission.suits(scope));
        if permissions.is_empty() {
            return Err(no_permission());
        }
        let is_owned = |value: &String| value.parse().is_ok_and(|id| owned.contains(&id));
        if scope != KeyScope::Organization || !values.iter().all(is_owned) {
            return Err(unknown_values());
        }
    }
    if new.expires_at.is_some_and(|end| end <= ctx.now()) {
        return Err(past());
    }
    Ok(KeyLimits { permissions, scope, values })
}

/// Where a key counts: a scope, and the ids of organizations or projects.
fn scope(new: &NewApiKey) -> Result<(KeyScope, Vec<String>)> {
    let unknown = |message: &'static str| Error::field("scope_type", FaultCode::Value, message);
    let scope = new.scope_type.as_deref().ok_or_else(|| unknown("is required"))?;
    let scope = KeyScope::from_stored(scope).ok_or_else(|| unknown("must be one of `all`, `org`, `project`"))?;
    if scope == KeyScope::All {
        return Ok((scope, Vec::new()));
    }
    let mut values: Vec<String> = Vec::new();
    for value in &new.values {
        if !values.contains(value) {
            values.push(value.clone());
        }
        if values.len() > MAX_VALUES {
            let message = format!("must be an array of at most {MAX_VALUES} ids");
            return Err(Error::field("scope_value", FaultCode::TooLong, message));
        }
    }
    if values.is_empty() {
        return Err(Error::field("scope_value", FaultCode::Missing, "must be filled"));
    }
    let is_id = |value: &String| match scope {
        KeyScope::Organization => value.parse::<OrganizationId>().is_ok(),
        KeyScope::Project | KeyScope::All => {
            !value.is_empty() && value.chars().count() <= MAX_VALUE_CHARS && !value.chars().any(char::is_control)
        }
    };
    if values.iter().all(is_id) { Ok((scope, values)) } else { Err(unknown_values()) }
}

/// The first ten characters and the last four: 36 bits at most of 256.
fn label(text: &str) -> String {
    let first: String = text.chars().take(10).collect();
    let last = text.char_indices().rev().nth(3).and_then(|(start, _)| text.get(start..)).unwrap_or_default();
    [&first, "...", last].concat()
}

/// Nothing of what was asked for can be given.
fn no_permission() -> Error {
    Error::rejected("cannot_create_record", "Invalid API Key permission.")
}

/// Something is not there, or not the caller's to hand out: which of the two is not said.
fn unknown_values() -> Error {
    Error::field("scope_value", FaultCode::Value, "must be ids of what exists")
}

/// A key cannot have ended before it begins, nor be made to have ended.
pub(super) fn past() -> Error {
    Error::field("expires_at", FaultCode::Value, "must be in the future")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_shows_beginning_and_end() {
        assert_eq!(label("IDAH_0123456789abcdef"), "IDAH_01234...cdef");
    }
}
