//! Opaque tokens and other generated secrets: text shown once, SHA-256 kept.
//!
//! A SHA-256 of a secret with 128 bits of entropy or more cannot be guessed, so no slow hash is
//! needed, and the hash can be looked up by a unique index.

use std::fmt;

use jwt_simple::reexports::zeroize::Zeroize;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::rng::Rng;

/// A SHA-256 (FIPS 180-4), the form in which secrets are stored and looked up.
pub type Digest = [u8; 32];

/// The SHA-256 of some bytes.
pub fn sha256(bytes: impl AsRef<[u8]>) -> Digest {
    use sha2::Digest as _;
    Sha256::digest(bytes).into()
}

/// Lower-case hexadecimal text.
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Compares in a time that depends only on the lengths, which are not secret.
pub fn constant_time_eq(left: impl AsRef<[u8]>, right: impl AsRef<[u8]>) -> bool {
    left.as_ref().ct_eq(right.as_ref()).into()
}

/// A value that must not reach a log: `Debug` shows a placeholder, there is no `Display`, and the
/// memory is wiped on drop.
pub struct Sensitive<T: Zeroize>(T);

impl<T: Zeroize> Sensitive<T> {
    /// Wraps a secret.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The secret itself. Each call is a place to review.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize + Default> Sensitive<T> {
    /// Gives the secret away, for the one answer that shows it.
    pub fn into_exposed(mut self) -> T {
        std::mem::take(&mut self.0)
    }
}

impl<T: Zeroize + Clone> Clone for Sensitive<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Zeroize> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<T: Zeroize> Drop for Sensitive<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> From<T> for Sensitive<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

/// A newly made secret.
#[derive(Debug, Clone)]
pub struct Secret {
    /// The text, to be shown to its owner once and never stored.
    pub text: Sensitive<String>,
    /// The SHA-256 of the whole text, to be stored.
    pub hash: Digest,
    /// The first characters, which may be stored and listed so that the owner can tell secrets apart.
    pub label: String,
}

impl Secret {
    /// How many random characters a label shows: 36 bits at most of 165 or more.
    const LABEL_CHARS: usize = 6;

    pub(super) fn new(prefix: &str, body: &str, check: &str) -> Self {
        let text = [prefix, body, check].concat();
        let shown: String = body.chars().take(Self::LABEL_CHARS).collect();
        Self { hash: sha256(&text), label: [prefix, &shown].concat(), text: Sensitive::new(text) }
    }
}

/// The characters of a random text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// `0`–`9`, `A`–`Z`, `a`–`z`: 5.95 bits a character.
    Base62,
    /// `0`–`9`, `A`–`Z`: 5.17 bits a character.
    UpperDigits,
    /// `0`–`9`, `a`–`f`: 4 bits a character.
    Hex,
    /// `0`–`9`, `a`–`z`: 5.17 bits a character.
    LowerDigits,
}

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

impl Alphabet {
    fn characters(self) -> &'static [u8] {
        match self {
            Self::Base62 => BASE62,
            Self::UpperDigits => b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            Self::Hex => b"0123456789abcdef",
            Self::LowerDigits => b"0123456789abcdefghijklmnopqrstuvwxyz",
        }
    }

    /// The characters that random bytes stand for, each equally likely. A byte at or above the largest multiple of the
    /// alphabet's size would favour its beginning, so it stands for none.
    pub(super) fn unbiased(self, bytes: &[u8]) -> impl Iterator<Item = char> {
        let characters = self.characters();
        let limit = 256 - 256 % characters.len();
        let usable = bytes.iter().map(|byte| usize::from(*byte)).filter(move |byte| *byte < limit);
        usable.filter_map(|byte| characters.get(byte % characters.len())).map(|byte| char::from(*byte))
    }
}

/// A text of `length` characters, each equally likely.
pub fn random_text(alphabet: Alphabet, length: usize, rng: &dyn Rng) -> String {
    let mut text = String::with_capacity(length);
    let mut bytes = [0; 64];
    while text.len() < length {
        rng.fill(&mut bytes);
        let missing = length - text.len();
        text.extend(alphabet.unbiased(&bytes).take(missing));
    }
    bytes.zeroize();
    text
}

/// A secret of a foreign format: `prefix` and `length` random characters, without checksum.
///
/// Choose a length of at least 128 bits: 25 characters of 36, 22 of 62, 32 of 16.
pub fn generate_plain(prefix: &str, alphabet: Alphabet, length: usize, rng: &dyn Rng) -> Secret {
    let body = Sensitive::new(random_text(alphabet, length, rng));
    Secret::new(prefix, body.expose(), "")
}

/// What an opaque token of our own format is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A long-lived API token (`eit`).
    ApiToken,
    /// The secret of a machine client (`eis`).
    ClientSecret,
    /// A code that works once: invitation, password reset, activation (`eic`).
    OneTimeCode,
    /// A refresh token (`eir`).
    RefreshToken,
    /// An opaque access token (`eia`).
    AccessToken,
    /// A browser session (`eiw`).
    Session,
}

/// Random characters of an opaque token: 32 of 62, about 190 bits.
const BODY_CHARS: usize = 32;
const CHECK_CHARS: usize = 6;

impl TokenKind {
    /// Every kind, for tests and documents.
    pub const ALL: [Self; 6] =
        [Self::ApiToken, Self::ClientSecret, Self::OneTimeCode, Self::RefreshToken, Self::AccessToken, Self::Session];

    /// The prefix, three letters. It lets secret scanners and people recognise a leaked token.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::ApiToken => "eit",
            Self::ClientSecret => "eis",
            Self::OneTimeCode => "eic",
            Self::RefreshToken => "eir",
            Self::AccessToken => "eia",
            Self::Session => "eiw",
        }
    }

    fn from_prefix(prefix: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.prefix() == prefix)
    }

    /// Makes a token `<prefix>_<32 characters of base62><6 characters of checksum>`.
    pub fn generate(self, rng: &dyn Rng) -> Secret {
        let body = Sensitive::new(random_text(Alphabet::Base62, BODY_CHARS, rng));
        let prefix = [self.prefix(), "_"].concat();
        let check = checksum(self, body.expose());
        Secret::new(&prefix, body.expose(), &check)
    }
}

/// A well-formed opaque token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsedToken {
    /// What the prefix says.
    pub kind: TokenKind,
    /// The SHA-256 of the whole text, to look the token up by.
    pub hash: Digest,
}

/// Reads an opaque token of our own format.
///
/// `None` if prefix, length, alphabet or checksum are wrong: then it was never issued, and no
/// look-up is needed. A result proves nothing yet; the token must be found by its hash.
pub fn parse(text: &str) -> Option<ParsedToken> {
    let (prefix, rest) = text.split_once('_')?;
    let kind = TokenKind::from_prefix(prefix)?;
    if rest.len() != BODY_CHARS + CHECK_CHARS || !rest.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let (body, check) = rest.split_at_checked(BODY_CHARS)?;
    let expected = checksum(kind, body);
    constant_time_eq(check, &expected).then(|| ParsedToken { kind, hash: sha256(text) })
}

/// Digits of a one-time code of the form that has nothing else: 256 bits.
const HEX_CODE_CHARS: usize = 64;

/// Which form a one-time code has. All operations take either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeFormat {
    /// With a prefix and a checksum.
    Checked,
    /// 64 hexadecimal digits.
    Hex,
}

/// Makes a one-time code.
pub fn generate_code(format: CodeFormat, rng: &dyn Rng) -> Secret {
    match format {
        CodeFormat::Checked => TokenKind::OneTimeCode.generate(rng),
        CodeFormat::Hex => generate_plain("", Alphabet::Hex, HEX_CODE_CHARS, rng),
    }
}

/// The SHA-256 of a one-time code of either form, to look it up by; `None` when it was never issued.
pub fn parse_code(text: &str) -> Option<Digest> {
    let is_hex = text.len() == HEX_CODE_CHARS && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if is_hex {
        return Some(sha256(text));
    }
    parse(text).filter(|code| code.kind == TokenKind::OneTimeCode).map(|code| code.hash)
}

/// The first 32 bits of the SHA-256 of kind and body, in base62. It finds typing errors and
/// invented tokens; it protects nothing, since anybody can compute it.
fn checksum(kind: TokenKind, body: &str) -> String {
    let [a, b, c, d, ..] = sha256([kind.prefix(), body].concat());
    let mut rest = u32::from_be_bytes([a, b, c, d]);
    let mut digits = [b'0'; CHECK_CHARS];
    for digit in digits.iter_mut().rev() {
        let index = usize::try_from(rest % 62).unwrap_or_default();
        *digit = BASE62.get(index).copied().unwrap_or(b'0');
        rest /= 62;
    }
    digits.iter().map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
#[path = "secret_tests.rs"]
mod tests;
