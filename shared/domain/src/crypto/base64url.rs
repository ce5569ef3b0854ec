//! Base64url without padding (RFC 4648 §5, RFC 7515 §2), through jwt-simple's codec.

use jwt_simple::reexports::ct_codecs::{Base64UrlSafeNoPadding, Decoder, Encoder};

use super::CryptoError;

/// Encodes bytes. Fails only when the length overflows, which no caller can reach.
pub(super) fn encode(bytes: impl AsRef<[u8]>) -> Result<String, CryptoError> {
    Base64UrlSafeNoPadding::encode_to_string(bytes).map_err(|_| CryptoError::InvalidClaims)
}

/// Decodes text; `None` for a foreign character, padding or left-over bits.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    Base64UrlSafeNoPadding::decode_to_vec(text, None).ok()
}
