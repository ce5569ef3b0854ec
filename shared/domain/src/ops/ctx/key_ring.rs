//! Keys that an instance keeps prepared, and signatures that it has verified.
//!
//! A verified signature stays verified, so it is remembered by the hash of the token; what can change (the principal's
//! state, revocation, the clock) is checked on every request all the same.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use crate::crypto::jwt::Authentic;
use crate::crypto::secret::Digest;
use crate::crypto::{SigningAlgorithm, SigningKey, VerifyingKey};

/// Verified tokens remembered; with [`MAX_REMEMBERED_BYTES`] a bound of about 1 MiB.
const MAX_REMEMBERED: usize = 256;
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

impl KeyRing {
    /// The key that signs with `algorithm` in this generation, if it was used before.
    pub(in crate::ops) fn signing(&self, algorithm: SigningAlgorithm, generation: &str) -> Option<Rc<SigningKey>> {
        let known = self.signing.borrow();
        known.iter().find_map(|(known, of, key)| (*known == algorithm && of == generation).then(|| Rc::clone(key)))
    }

    /// Keeps a key that signs in this generation.
    pub(in crate::ops) fn keep_signing(&self, generation: &str, key: &Rc<SigningKey>) {
        self.signing.borrow_mut().push((key.algorithm(), generation.to_owned(), Rc::clone(key)));
    }

    /// The public half with this id, if it was used before.
    pub(in crate::ops) fn verifying(&self, kid: &str) -> Option<Rc<VerifyingKey>> {
        self.verifying.borrow().get(kid).map(Rc::clone)
    }

    /// Keeps a public half, and whether it is the operator's.
    pub(in crate::ops) fn keep_verifying(&self, kid: &str, key: &Rc<VerifyingKey>, is_adopted: bool) {
        if is_adopted {
            self.adopted.borrow_mut().insert(kid.to_owned());
        }
        self.verifying.borrow_mut().insert(kid.to_owned(), Rc::clone(key));
    }

    /// Whether a key that was kept is the operator's.
    pub(in crate::ops) fn is_adopted(&self, kid: &str) -> bool {
        self.adopted.borrow().contains(kid)
    }

    /// Header and claims of a token with this hash, if its signature was verified before.
    pub(in crate::ops) fn verified(&self, hash: &Digest) -> Option<Rc<Authentic>> {
        self.verified.borrow().by_hash.get(hash).map(Rc::clone)
    }

    /// Remembers that the signature of a token of so many bytes is good, in place of the oldest if need be.
    pub(in crate::ops) fn remember(&self, hash: Digest, bytes: usize, token: &Rc<Authentic>) {
        if bytes > MAX_REMEMBERED_BYTES {
            return;
        }
        let mut verified = self.verified.borrow_mut();
        if verified.by_hash.insert(hash, Rc::clone(token)).is_none() {
            verified.order.push_back(hash);
        }
        if verified.order.len() > MAX_REMEMBERED
            && let Some(oldest) = verified.order.pop_front()
        {
            verified.by_hash.remove(&oldest);
        }
    }
}
