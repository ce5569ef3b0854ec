//! Addresses of logos and avatars.

use iam_domain::model::Picture;

/// Where stored pictures are to be had, whichever API shows them.
const IMAGES: &str = "/iam/v1/images/";

/// Whether an address from outside is one that could run when it is opened. Any other is taken as it is.
pub fn can_run(address: &str) -> bool {
    let scheme = address.split_once(':').map_or("", |(scheme, _)| scheme);
    // Browsers leave such characters out.
    let scheme: String = scheme.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    ["javascript", "data", "vbscript"].iter().any(|bad| scheme.eq_ignore_ascii_case(bad))
}

/// Absolute URL of a logo or an avatar.
pub(crate) fn address(picture: Picture, origin: &str) -> String {
    match picture {
        Picture::Url(url) => url,
        Picture::Stored(name) => format!("{origin}{IMAGES}{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_run_are_told() {
        for bad in ["javascript:alert(1)", " JavaScript:x", "java\nscript:x", "\u{1}data:text/html,x", "vbscript:x"] {
            assert!(can_run(bad), "{bad}");
        }
        for good in ["https://a.example/javascript:b", "a.png", "", "//a.example/b", "http://a/?data:c"] {
            assert!(!can_run(good), "{good}");
        }
    }
}
