//! Keys that sign and verify our tokens.

use std::rc::Rc;

use crate::clock::Millis;
use crate::crypto::jwt::{self, Authentic, JwtError};
use crate::crypto::secret::sha256;
use crate::crypto::{SigningAlgorithm, SigningKey, VerifyingKey};
use crate::error::{Error, Result};
use crate::ops::ctx::Services;
use crate::store::tokens::signing_keys::{NewKey, StoredKey};
use crate::store::{Read, System, Write};

/// Length of a JWK thumbprint (RFC 7638) in base64url.
const KID_LENGTH: usize = 43;

/// The key that signs with `algorithm` now, made and stored if this is its first use. `generation` is the operator's
/// word for the current set of keys: a new word makes new keys, while the old ones still verify.
pub async fn signing_key(services: &Services, algorithm: SigningAlgorithm, generation: &str) -> Result<Rc<SigningKey>> {
    if let Some(key) = services.ring.signing(algorithm, generation) {
        return Ok(key);
    }
    let store = System::<Read>::new(&services.pool);
    let stored = match store.signing_key(algorithm.name(), generation).await? {
        Some(stored) => stored,
        None => make(services, algorithm, generation).await?,
    };
    let key = Rc::new(SigningKey::from_stored(algorithm, &stored.private_key, Some(&stored.kid))?);
    services.ring.keep_signing(generation, &key);
    Ok(key)
}

/// Whether a token that was [authenticated](authenticate) was signed with a key of the operator's. Others may have that
/// key, as they had it before; it is good for tokens of the API that it was brought along for, and for no others.
pub fn is_adopted(services: &Services, token: &Authentic) -> bool {
    token.header.kid.as_ref().is_some_and(|kid| services.ring.is_adopted(kid))
}

/// How generations of keys of the operator's begin.
pub const ADOPTED: &str = "adopted:";

/// Stores a key of the operator's as the one of `generation`, which begins with [`ADOPTED`], unless it is there: every
/// component signs with it and verifies by it, and its public half is in the key sets.
pub async fn adopt(services: &Services, key: &SigningKey, generation: &str) -> Result<()> {
    if System::<Read>::new(&services.pool).signing_key(key.algorithm().name(), generation).await?.is_some() {
        return Ok(());
    }
    store(services, key, generation).await.map(|_| ())
}

async fn make(services: &Services, algorithm: SigningAlgorithm, generation: &str) -> Result<StoredKey> {
    let key = match algorithm {
        SigningAlgorithm::EdDsa | SigningAlgorithm::Es256 => SigningKey::generate(algorithm, services.rng.as_ref())?,
        SigningAlgorithm::Rs256 => {
            let pair = crate::ops::credentials::key_search::rsa_2048(services).await?;
            SigningKey::from_stored(algorithm, pair.private_pem()?.expose(), None)?
        }
    };
    store(services, &key, generation).await
}

/// Stores a key, unless another one of the generation was stored meanwhile. Gives the one that is stored now. One that is
/// known under another generation, as the operator's may be, is known under this one then.
async fn store(services: &Services, key: &SigningKey, generation: &str) -> Result<StoredKey> {
    let algorithm = key.algorithm();
    let public_jwk = key.public_jwk()?.to_string();
    let private = key.to_stored()?;
    let new =
        NewKey { kid: key.kid(), algorithm: algorithm.name(), generation, private_key: private.expose(), public_jwk };
    let unit = services.pool.begin().await?;
    let store = System::<Write>::new(&unit);
    store.put_signing_key(new, services.clock.now()).await?;
    let stored = store.signing_key(algorithm.name(), generation).await?;
    unit.save_unaudited().await?;
    stored.ok_or_else(|| Error::internal("the new signing key is not there"))
}

/// Public halves of all keys, newest first (RFC 7517 §5).
pub async fn public_keys(services: &Services) -> Result<Vec<serde_json::Value>> {
    Ok(System::<Read>::new(&services.pool).public_keys().await?)
}

/// Verifies the signature of a token of ours, and gives header and claims. Rules of time, issuer and audience are the
/// caller's to check, on every use.
pub async fn authenticate(services: &Services, token: &str) -> Result<Result<Rc<Authentic>, JwtError>> {
    let hash = sha256(token);
    if let Some(known) = services.ring.verified(&hash) {
        return Ok(Ok(known));
    }
    // A text that cannot be a key id of ours costs no look-up.
    let kid = jwt::peek(token).and_then(|peeked| peeked.header.kid).filter(|kid| kid.len() == KID_LENGTH);
    let Some(kid) = kid else {
        return Ok(Err(JwtError::Malformed));
    };
    let Some(key) = verifying_key(services, &kid).await? else {
        return Ok(Err(JwtError::BadSignature));
    };
    let authentic = match jwt::authenticate(token, &key) {
        Ok(authentic) => Rc::new(authentic),
        Err(error) => return Ok(Err(error)),
    };
    services.ring.remember(hash, token.len(), &authentic);
    Ok(Ok(authentic))
}

async fn verifying_key(services: &Services, kid: &str) -> Result<Option<Rc<VerifyingKey>>> {
    if let Some(key) = services.ring.verifying(kid) {
        return Ok(Some(key));
    }
    let found = System::<Read>::new(&services.pool).public_key(kid).await?;
    let Some((jwk, generation)) = found else { return Ok(None) };
    let key = Rc::new(VerifyingKey::from_jwk(&jwk)?);
    services.ring.keep_verifying(kid, &key, generation.starts_with(ADOPTED));
    Ok(Some(key))
}

/// Seconds of a token's date as milliseconds.
pub(super) fn millis(seconds: i64) -> Millis {
    seconds.saturating_mul(1000)
}
