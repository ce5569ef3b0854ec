//! Keys that sign and verify our tokens, kept prepared, and signatures that were verified already.
//!
//! A verified signature stays verified, so it is remembered by the hash of the token; what can change (the principal's
//! state, revocation, the clock) is checked on every request all the same.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use crate::clock::Millis;
use crate::crypto::jwt::{self, Authentic, JwtError};
use crate::crypto::secret::{Digest, sha256};
use crate::crypto::{SigningAlgorithm, SigningKey, VerifyingKey};
use crate::error::{Error, Result};
use crate::store::signing_keys::{NewKey, StoredKey};
use crate::store::{Read, System, Write};

use super::ctx::Services;

/// Verified tokens remembered; with [`MAX_REMEMBERED_BYTES`] a bound of about 1 MiB.
const MAX_REMEMBERED: usize = 256;
/// Length of a JWK thumbprint (RFC 7638) in base64url.
const KID_LENGTH: usize = 43;
/// Longer tokens are verified anew each time.
const MAX_REMEMBERED_BYTES: usize = 4096;

/// The keys of an instance.
#[derive(Default)]
pub struct KeyRing {
    verifying: RefCell<HashMap<String, Rc<VerifyingKey>>>,
    /// Ids of those among them that are the operator's.
    adopted: RefCell<HashSet<String>>,
    signing: RefCell<Vec<(SigningAlgorithm, String, Rc<SigningKey>)>>,
    verified: RefCell<VerifiedTokens>,
}

#[derive(Default)]
struct VerifiedTokens {
    by_hash: HashMap<Digest, Rc<Authentic>>,
    order: VecDeque<Digest>,
}

impl VerifiedTokens {
    fn remember(&mut self, hash: Digest, token: Rc<Authentic>) {
        if self.by_hash.insert(hash, token).is_none() {
            self.order.push_back(hash);
        }
        if self.order.len() > MAX_REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.by_hash.remove(&oldest);
        }
    }
}

/// The key that signs with `algorithm` now, made and stored if this is its first use. `generation` is the operator's
/// word for the current set of keys: a new word makes new keys, while the old ones still verify.
pub async fn signing_key(services: &Services, algorithm: SigningAlgorithm, generation: &str) -> Result<Rc<SigningKey>> {
    let ring = &services.ring;
    let known = ring
        .signing
        .borrow()
        .iter()
        .find_map(|(known, of, key)| (*known == algorithm && of == generation).then(|| Rc::clone(key)));
    if let Some(key) = known {
        return Ok(key);
    }
    let store = System::<Read>::new(&services.pool);
    let stored = match store.signing_key(algorithm.name(), generation).await? {
        Some(stored) => stored,
        None => make(services, algorithm, generation).await?,
    };
    let key = Rc::new(SigningKey::from_stored(algorithm, &stored.private_key, Some(&stored.kid))?);
    ring.signing.borrow_mut().push((algorithm, generation.to_owned(), Rc::clone(&key)));
    Ok(key)
}

/// Whether a token that was [authenticated](authenticate) was signed with a key of the operator's. Others may have that
/// key, as they had it before; it is good for tokens of the API that it was brought along for, and for no others.
pub fn is_adopted(services: &Services, token: &Authentic) -> bool {
    token.header.kid.as_ref().is_some_and(|kid| services.ring.adopted.borrow().contains(kid))
}

/// How generations of keys of the operator's begin.
pub const ADOPTED: &str = "idah_jwt_key:";

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
            let pair = super::key_search::rsa_2048(services).await?;
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
    if let Some(known) = services.ring.verified.borrow().by_hash.get(&hash) {
        return Ok(Ok(Rc::clone(known)));
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
    if token.len() <= MAX_REMEMBERED_BYTES {
        services.ring.verified.borrow_mut().remember(hash, Rc::clone(&authentic));
    }
    Ok(Ok(authentic))
}

async fn verifying_key(services: &Services, kid: &str) -> Result<Option<Rc<VerifyingKey>>> {
    if let Some(key) = services.ring.verifying.borrow().get(kid) {
        return Ok(Some(Rc::clone(key)));
    }
    let found = System::<Read>::new(&services.pool).public_key(kid).await?;
    let Some((jwk, generation)) = found else { return Ok(None) };
    let key = Rc::new(VerifyingKey::from_jwk(&jwk)?);
    if generation.starts_with(ADOPTED) {
        services.ring.adopted.borrow_mut().insert(kid.to_owned());
    }
    services.ring.verifying.borrow_mut().insert(kid.to_owned(), Rc::clone(&key));
    Ok(Some(key))
}

/// Seconds of a token's date as milliseconds.
pub(super) fn millis(seconds: i64) -> Millis {
    seconds.saturating_mul(1000)
}
