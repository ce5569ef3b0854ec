//! Key pairs of service accounts, for JWT assertions (RFC 7523).

use super::{event, key_search};
use crate::clock::Millis;
use crate::crypto::{self, Sensitive};
use crate::error::Result;
use crate::model::{CredentialId, CredentialKind, EventType, PrincipalId};
use crate::ops::ctx::Ctx;
use crate::ops::service_accounts::changeable;
use crate::policy::Action;
use crate::store::credentials::write::{NewCredential, Proof};

/// A new key pair, the private half included: shown once, stored nowhere.
#[derive(Debug)]
pub struct NewKeyPair {
    /// Key id (`kid`).
    pub id: CredentialId,
    /// Whose.
    pub owner: PrincipalId,
    /// Private key, PKCS#1 PEM.
    pub private_pem: Sensitive<String>,
    /// End of validity; `None` = never.
    pub expires_at: Option<Millis>,
}

/// Makes an RSA-2048 key pair for a service account and keeps its public half. The search takes hundreds of milliseconds; it
/// gives way between candidates, and runs outside any transaction.
///
/// # Errors
/// `NotFound` when there is no such account within reach; `Forbidden` when it holds rights the caller lacks; `TooMany` when
/// enough searches are running.
pub async fn create(ctx: &Ctx<'_>, owner: PrincipalId) -> Result<NewKeyPair> {
    changeable(ctx, ctx.system(), &ctx.reach(Action::ServiceAccountWrite)?, owner).await?;
    let pair = key_search::rsa_2048(ctx.services()).await?;
    let public = pair.verifying_key()?;
    let private_pem = pair.private_pem()?;

    let (work, reach) = ctx.begin_for(Action::ServiceAccountWrite).await?;
    // Once more: the search took its time.
    let home = changeable(ctx, work.system(), &reach, owner).await?.account.home;
    let kind = CredentialKind::PublicKey;
    let new = NewCredential { owner, kind, name: None, limits: None, expires_at: None };
    let proof = |id| Proof::PublicKey(public_jwk(&public, id));
    let id = work.system().insert_credential(new, proof, ctx.rng(), ctx.now()).await?;
    let happened = event(EventType::CredentialCreated, id, owner, kind);
    work.concerning(home).save(happened).await?;
    Ok(NewKeyPair { id, owner, private_pem, expires_at: None })
}

fn public_jwk(key: &crypto::VerifyingKey, id: CredentialId) -> String {
    let mut jwk = key.to_jwk();
    if let Some(members) = jwk.as_object_mut() {
        members.insert("kid".into(), id.to_string().into());
    }
    jwk.to_string()
}
