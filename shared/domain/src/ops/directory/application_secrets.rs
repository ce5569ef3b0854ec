//! Secrets of machines: derived from a key, so that they can be shown again (docs/adr/0010-application-secrets.md).

use serde_json::{Value as Json, json};

use super::applications::{changeable, not_found, parse};
use super::{keep_a_manager, may_change_account, unknown_reference, wrong_kind};
use crate::clock::Millis;
use crate::crypto::secret::constant_time_eq;
use crate::crypto::{Sensitive, derived};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{ApplicationType, CredentialId, CredentialKind, EventType, PrincipalId};
use crate::ops::ctx::{Ctx, Work};
use crate::store::directory::application_secrets::{NewApplicationSecret, StoredSecret};

/// The key that the operator configured; without one, a stored key is used.
pub type ApplicationKey<'a> = Option<&'a Sensitive<Vec<u8>>>;

/// A secret of a machine.
#[derive(Debug)]
pub struct ApplicationSecret {
    /// Id.
    pub id: CredentialId,
    /// Whose.
    pub owner: PrincipalId,
    /// Name, by which it is removed.
    pub name: String,
    /// What can be shown of it.
    pub value: SecretValue,
    /// When it was made.
    pub created_at: Millis,
    /// When it ends.
    pub expires_at: Option<Millis>,
}

/// What can be shown of a secret.
#[derive(Debug)]
pub enum SecretValue {
    /// All of it.
    Whole(Sensitive<String>),
    /// The first characters, or its id: it was made elsewhere or under another key, or the caller must not see it.
    Hint(String),
}

/// Secrets of a machine, oldest first.
///
/// # Errors
/// `NotFound` when there is no such machine.
pub async fn list(ctx: &Ctx<'_>, id: &str, key: ApplicationKey<'_>) -> Result<Vec<ApplicationSecret>> {
    let store = ctx.directory()?;
    let owner = parse(id)?;
    let stored = store.application_secrets(owner).await?.ok_or_else(not_found)?;
    // Whoever must not make a secret for an account must not learn one.
    let is_open = may_change_account(ctx, &stored.rights).is_ok();
    let key = key.or(stored.key.as_ref()).filter(|_| is_open);
    Ok(stored.secrets.into_iter().map(|secret| shown(owner, secret, key)).collect())
}

fn shown(owner: PrincipalId, stored: StoredSecret, key: ApplicationKey<'_>) -> ApplicationSecret {
    let text = stored.id.to_string();
    let derived = key.map(|key| derived::secret(key, stored.id.get()));
    let value = match derived.filter(|derived| constant_time_eq(derived.hash, &stored.hash)) {
        Some(derived) => SecretValue::Whole(derived.text),
        None => SecretValue::Hint(stored.label.unwrap_or_else(|| text.clone())),
    };
    let (created_at, expires_at) = (stored.created_at, stored.expires_at);
    ApplicationSecret { id: stored.id, owner, name: stored.name.unwrap_or(text), value, created_at, expires_at }
}

/// Makes a secret for a machine that acts for itself.
///
/// # Errors
/// `WrongState`: `not_in_the_future`; `unknown_reference` when there is no such machine; `wrong_kind` when it does not act
/// for itself. `Conflict` (`name_taken`). `Forbidden` for a machine of the platform's operator.
pub async fn create(
    ctx: &Ctx<'_>,
    id: &str,
    name: &str,
    expires_at: Option<Millis>,
    key: ApplicationKey<'_>,
) -> Result<ApplicationSecret> {
    ctx.authorize_directory()?;
    if expires_at.is_some_and(|end| end <= ctx.now()) {
        return Err(Error::rejected("not_in_the_future", "expiresAt must be in the future."));
    }
    let owner = parse(id).map_err(|_| unknown())?;
    let work = ctx.begin_directory().await?;
    let found = changeable(ctx, &work, owner).await.map_err(|error| match error.kind() {
        ErrorKind::NotFound => unknown(),
        _ => error,
    })?;
    if found.application.kind != ApplicationType::MachineToMachine {
        return Err(wrong_kind("Only applications of the type MachineToMachine have secrets."));
    }
    if work.system().has_application_secret(owner, name).await? {
        return Err(Error::conflict("name_taken", "This application has a secret of this name."));
    }
    let made = insert(ctx, &work, owner, name, expires_at, key).await?;
    work.concerning(found.home).save(EventType::CredentialCreated.on(made.id).detailed(detail(owner))).await?;
    Ok(made)
}

/// Stores a new secret.
pub(super) async fn insert(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    owner: PrincipalId,
    name: &str,
    expires_at: Option<Millis>,
    key: ApplicationKey<'_>,
) -> Result<ApplicationSecret> {
    let (store, now) = (work.system(), ctx.now());
    let stored = match key {
        Some(key) => key.clone(),
        None => store.application_secret_key(ctx.rng(), now).await?,
    };
    let derive = |id: CredentialId| derived::secret(&stored, id.get());
    let new = NewApplicationSecret { owner, name, expires_at };
    let id = store.insert_application_secret(new, derive, ctx.rng(), now).await?;
    let value = SecretValue::Whole(derive(id).text);
    Ok(ApplicationSecret { id, owner, name: name.to_owned(), value, created_at: now, expires_at })
}

/// Removes a secret by its name. It, and the tokens obtained with it, are refused from the next request on. EazyRent lets
/// several have one name: then all of them go, since nobody could say which was meant.
///
/// # Errors
/// `NotFound` when there is no such machine or secret; `Forbidden` for a machine of the platform's operator; `Conflict`
/// (`last_manager`).
pub async fn delete(ctx: &Ctx<'_>, id: &str, name: &str) -> Result<()> {
    ctx.authorize_directory()?;
    let owner = parse(id)?;
    let work = ctx.begin_directory().await?;
    let found = changeable(ctx, &work, owner).await?;
    let removed = work.system().delete_application_secrets(owner, name).await?;
    let first = removed.first().ok_or_else(|| Error::not_found("Secret"))?;
    keep_a_manager(ctx, &work).await?;
    work.concerning(found.home).save(EventType::CredentialDeleted.on(*first).detailed(detail(owner))).await
}

fn detail(owner: PrincipalId) -> Json {
    json!({ "service_account": owner.get(), "kind": CredentialKind::ClientSecret.as_str() })
}

fn unknown() -> Error {
    unknown_reference("An application")
}
