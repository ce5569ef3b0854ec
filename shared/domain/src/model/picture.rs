//! Logos and avatars.

use std::fmt;

use crate::crypto::secret::{Alphabet, random_text};
use crate::rng::Rng;

/// Formats of uploaded pictures: those that browsers show and cannot run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageFormat {
    /// PNG (RFC 2083).
    Png,
    /// JPEG (ISO/IEC 10918).
    Jpeg,
    /// GIF (87a or 89a).
    Gif,
    /// WebP (RFC 9649).
    Webp,
}

impl ImageFormat {
    const ALL: [Self; 4] = [Self::Png, Self::Jpeg, Self::Gif, Self::Webp];

    /// Recognises the format by the first bytes, whatever the sender says it is. SVG is none of them: it can carry
    /// scripts.
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Self::Png),
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
        }
    }

    /// Ending of file names.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::Webp => "webp",
        }
    }

    /// Media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
        }
    }
}

/// Name of a stored picture: 32 random characters, so that it cannot be guessed and no two uploads share one, and the
/// ending of its format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageName(String);

const RANDOM_CHARS: usize = 32;

impl ImageName {
    /// A new name.
    pub fn random(format: ImageFormat, rng: &dyn Rng) -> Self {
        Self(format!("{}.{}", random_text(Alphabet::LowerDigits, RANDOM_CHARS, rng), format.extension()))
    }

    /// A name read from the store.
    pub const fn from_stored(name: String) -> Self {
        Self(name)
    }

    /// Reads a name that came from outside; `None` when no picture can be called so.
    pub fn parse(text: &str) -> Option<(Self, ImageFormat)> {
        let (random, extension) = text.split_once('.')?;
        let format = ImageFormat::ALL.into_iter().find(|format| format.extension() == extension)?;
        let is_ours =
            random.len() == RANDOM_CHARS && random.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase());
        is_ours.then(|| (Self(text.to_owned()), format))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ImageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a logo or an avatar is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picture {
    /// Elsewhere: an address, as it was given.
    Url(String),
    /// In our own store.
    Stored(ImageName),
}

impl Picture {
    /// From the two columns that tell: a stored picture counts before an address.
    pub fn from_stored(image: Option<String>, url: Option<String>) -> Option<Self> {
        image.map(|name| Self::Stored(ImageName(name))).or_else(|| url.map(Self::Url))
    }

    /// Its name, if it is in our own store.
    pub fn stored(&self) -> Option<&ImageName> {
        match self {
            Self::Stored(name) => Some(name),
            Self::Url(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::SystemRng;

    #[test]
    fn formats_are_told_by_their_bytes() {
        assert_eq!(ImageFormat::sniff(b"\x89PNG\r\n\x1a\n...."), Some(ImageFormat::Png));
        assert_eq!(ImageFormat::sniff(b"\xff\xd8\xff\xe0"), Some(ImageFormat::Jpeg));
        assert_eq!(ImageFormat::sniff(b"GIF89a"), Some(ImageFormat::Gif));
        assert_eq!(ImageFormat::sniff(b"RIFF\x10\0\0\0WEBPVP8 "), Some(ImageFormat::Webp));
        for other in [&b""[..], b"<svg xmlns", b"<!doctype html>", b"%PDF-1.7", b"RIFF\x10\0\0\0WAVE", b"GIF88a"] {
            assert_eq!(ImageFormat::sniff(other), None);
        }
    }

    #[test]
    fn only_names_of_ours_are_read() {
        let name = ImageName::random(ImageFormat::Webp, &SystemRng);
        assert_eq!(ImageName::parse(name.as_str()), Some((name, ImageFormat::Webp)));
        let random = "a".repeat(32);
        for other in ["", "a.png", "../x.png", &format!("{random}.svg"), &format!("{random}.png.png"), &random] {
            assert_eq!(ImageName::parse(other), None, "{other}");
        }
    }
}
