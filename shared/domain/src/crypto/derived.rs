//! Secrets that follow from a key and the id of the credential, so that they can be shown again without being stored
//! (docs/adr/0010-application-secrets.md).

use hmac_sha256::HMAC;
use jwt_simple::reexports::zeroize::Zeroize;

use super::secret::{Alphabet, Secret, Sensitive};

/// Shortest key: as strong as the hash.
pub const MIN_KEY_BYTES: usize = 32;

/// Characters of a secret: 32 of 62, about 190 bits.
const CHARS: usize = 32;

/// Keeps these secrets apart from whatever else may be derived from the same key one day.
const PURPOSE: &[u8] = b"edge-iam application secret";

/// The secret of the credential `id` under `key`: characters drawn from HMAC-SHA-256(key, purpose, id, counter) with the
/// counter going up from 0.
pub fn secret(key: &Sensitive<Vec<u8>>, id: i64) -> Secret {
    let mut body = String::with_capacity(CHARS);
    let mut counter = 0_u32;
    while body.len() < CHARS {
        let mut block = HMAC::mac([PURPOSE, &id.to_be_bytes(), &counter.to_be_bytes()].concat(), key.expose());
        let missing = CHARS - body.len();
        body.extend(Alphabet::Base62.unbiased(&block).take(missing));
        block.zeroize();
        counter = counter.wrapping_add(1);
    }
    let body = Sensitive::new(body);
    Secret::new("", body.expose(), "")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::crypto::secret::{hex, sha256};

    fn key(byte: u8) -> Sensitive<Vec<u8>> {
        Sensitive::new(vec![byte; MIN_KEY_BYTES])
    }

    /// RFC 4231 §4.3, test case 2: the function underneath.
    #[test]
    fn hmac_sha256_known_answer() {
        let mac = HMAC::mac("what do ya want for nothing?", "Jefe");
        assert_eq!(hex(&mac), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn the_derivation_is_stable() {
        // Secrets that were derived must stay what they are: these values may never change.
        assert_eq!(secret(&key(0), 123_456_789_012).text.expose(), "4sB33nRd9ccXvD5ZIo7c2UoNkYGhIpcz");
        assert_eq!(secret(&key(7), 999_999_999_999).text.expose(), "THCIDIsz4upTNw7DRwtkn1GXZQZ6CUrH");
    }

    #[test]
    fn a_secret_has_32_characters_and_its_hash() {
        let secret = secret(&key(1), 100_000_000_000);
        let text = secret.text.expose();
        assert_eq!(text.len(), 32);
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_eq!((secret.hash, secret.label.as_str()), (sha256(text), &text[..6]));
    }

    #[test]
    fn key_and_id_both_matter() {
        let text = |byte, id| secret(&key(byte), id).text.into_exposed();
        assert_eq!(text(1, 1), text(1, 1));
        assert_ne!(text(1, 1), text(1, 2));
        assert_ne!(text(1, 1), text(2, 1));
        // Keys longer than a block of the hash count as well, to their end.
        let long = |last| secret(&Sensitive::new([vec![b'x'; 100], vec![last]].concat()), 1).text.into_exposed();
        assert_ne!(long(b'a'), long(b'b'));
    }

    #[test]
    fn every_character_is_equally_likely() {
        let mut counts = HashMap::new();
        for id in 0..3875 {
            for character in secret(&key(3), id).text.expose().chars() {
                *counts.entry(character).or_insert(0) += 1;
            }
        }
        assert_eq!(counts.len(), 62);
        // 2000 expected, standard deviation 44.
        assert!(counts.values().all(|count| (1750..2250).contains(count)), "{counts:?}");
    }
}
