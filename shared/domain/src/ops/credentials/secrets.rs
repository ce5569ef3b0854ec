//! Secrets of service accounts: client secrets (RFC 6749 §2.3.1) and opaque API tokens.

use super::event;
use crate::clock::Millis;
use crate::crypto::secret::constant_time_eq;
use crate::crypto::{Secret, Sensitive, TokenKind, derived};
use crate::error::{Error, Result};
use crate::model::{ApplicationType, Credential, CredentialId, CredentialKind, EventType, PrincipalId};
use crate::ops::ctx::{Ctx, Work};
use crate::ops::faults::wrong_kind;
use crate::ops::installation::management::guard;
use crate::ops::service_accounts::{changeable, is_reached, not_found};
use crate::policy::Action;
use crate::store::credentials::write::{NewCredential, Proof};

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// Gets tokens at the token endpoint, with the account's id as `client_id`.
    ClientSecret,
    /// Is sent with each request and acts as the account.
    ApiToken,
}

impl SecretKind {
    /// As it is stored.
    pub const fn credential(self) -> CredentialKind {
        match self {
            Self::ClientSecret => CredentialKind::ClientSecret,
            Self::ApiToken => CredentialKind::ApiToken,
        }
    }

    const fn token(self) -> TokenKind {
        match self {
            Self::ClientSecret => TokenKind::ClientSecret,
            Self::ApiToken => TokenKind::ApiToken,
        }
    }
}

/// Where the text of a secret comes from (docs/adr/0010-application-secrets.md).
#[derive(Debug, Clone, Copy)]
pub enum SecretSource<'a> {
    /// It is random, and shown once.
    Random,
    /// It is derived from a key, and can be shown again: the one that the operator configured, or else the stored one.
    Derived(DerivationKey<'a>),
}

/// The key that the operator configured.
pub type DerivationKey<'a> = Option<&'a Sensitive<Vec<u8>>>;

/// Which names a new secret can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// Any, or none.
    Free,
    /// One that no other client secret of the account has: it is removed by its name.
    Unique,
}

/// A secret to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewSecret<'a> {
    /// What it is for.
    pub kind: SecretKind,
    /// Name for people.
    pub name: Option<&'a str>,
    /// End of validity; `None` = never.
    pub expires_at: Option<Millis>,
}

/// A new secret. Stored is its SHA-256.
#[derive(Debug)]
pub struct CreatedSecret {
    /// What lists show.
    pub credential: Credential,
    /// The secret.
    pub text: Sensitive<String>,
}

/// What can be shown of a secret.
#[derive(Debug)]
pub enum SecretValue {
    /// All of it.
    Whole(Sensitive<String>),
    /// The first characters, or its id: it is random or of another key, or the caller must not see it.
    Hint(String),
}

/// Makes a secret for a service account that acts for itself.
///
/// # Errors
/// `WrongState`: `not_in_the_future`; `wrong_kind` when the account does not act for itself. `NotFound` when there is no
/// such account; `Forbidden` when it holds rights the caller lacks; `Conflict` (`name_taken`).
pub async fn create(
    ctx: &Ctx<'_>,
    owner: PrincipalId,
    new: NewSecret<'_>,
    naming: Naming,
    source: SecretSource<'_>,
) -> Result<CreatedSecret> {
    ctx.reach(Action::ServiceAccountWrite)?;
    if new.expires_at.is_some_and(|end| end <= ctx.now()) {
        return Err(Error::rejected("not_in_the_future", "expiresAt must be in the future."));
    }
    let (work, reach) = ctx.begin_for(Action::ServiceAccountWrite).await?;
    let account = changeable(ctx, work.system(), &reach, owner).await?.account;
    if account.kind != ApplicationType::MachineToMachine {
        return Err(wrong_kind("Only applications of the type MachineToMachine have secrets."));
    }
    if let (Naming::Unique, Some(name)) = (naming, new.name)
        && work.system().has_client_secret(owner, name).await?
    {
        return Err(Error::conflict("name_taken", "This application has a secret of this name."));
    }
    let mut made = insert(ctx, &work, owner, new, source).await?;
    made.credential.home = account.home;
    let happened = event(EventType::CredentialCreated, made.credential.id, owner, new.kind.credential());
    work.concerning(account.home).save(happened).await?;
    Ok(made)
}

/// Stores a new secret of an account that is there.
pub(in crate::ops) async fn insert(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    owner: PrincipalId,
    new: NewSecret<'_>,
    source: SecretSource<'_>,
) -> Result<CreatedSecret> {
    let (store, now, kind) = (work.system(), ctx.now(), new.kind.credential());
    let row = NewCredential { owner, kind, name: new.name, limits: None, expires_at: new.expires_at };
    let (id, Secret { text, label, .. }) = match source {
        SecretSource::Random => {
            let secret = new.kind.token().generate(ctx.rng());
            let proof = |_| Proof::Secret { label: secret.label.clone(), hash: secret.hash };
            let id = store.insert_credential(row, proof, ctx.rng(), now).await?;
            (id, secret)
        }
        SecretSource::Derived(configured) => {
            let key = match configured {
                Some(key) => key.clone(),
                None => store.derivation_key(ctx.rng(), now).await?,
            };
            let derive = |id: CredentialId| derived::secret(&key, id.get());
            let proof = |id| {
                let Secret { label, hash, .. } = derive(id);
                Proof::Secret { label, hash }
            };
            let id = store.insert_credential(row, proof, ctx.rng(), now).await?;
            (id, derive(id))
        }
    };
    let name = new.name.map(str::to_owned);
    let (label, expires_at) = (Some(label), new.expires_at);
    let credential = Credential { id, kind, owner, home: None, name, label, expires_at, created_at: now };
    Ok(CreatedSecret { credential, text })
}

/// Client secrets of a service account, oldest first, with as much of each as can be shown.
///
/// # Errors
/// `NotFound` when there is no such account within reach.
pub async fn list_shown(
    ctx: &Ctx<'_>,
    owner: PrincipalId,
    configured: DerivationKey<'_>,
) -> Result<Vec<(Credential, SecretValue)>> {
    let reach = ctx.reach(Action::ServiceAccountRead)?;
    let found = ctx.system().client_secrets(owner).await?;
    let found = found.filter(|found| is_reached(&reach, found.secrets.home)).ok_or_else(not_found)?;
    // Who must not make a secret for an account must not learn one.
    let is_open = guard(ctx, Action::ServiceAccountWrite, &found.rights).is_ok();
    let key = configured.or(found.key.as_ref()).filter(|_| is_open);
    let shown = found.secrets.items.into_iter().map(|(credential, hash)| {
        let derived = key.map(|key| derived::secret(key, credential.id.get()));
        let value = match derived.filter(|derived| constant_time_eq(derived.hash, &hash)) {
            Some(derived) => SecretValue::Whole(derived.text),
            None => SecretValue::Hint(credential.label.clone().unwrap_or_else(|| credential.id.to_string())),
        };
        (credential, value)
    });
    Ok(shown.collect())
}
