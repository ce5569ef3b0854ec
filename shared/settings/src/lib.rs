//! The settings as data. The service reads them by [`key!`], spin.toml declares them, `cargo xtask docs` writes
//! docs/configuration.md from them; tests hold all three against the table, which is in [`SETTINGS`].
//!
//! A crate of its own, so that `cargo xtask` need not compile the service to print the document.

mod table;

pub use table::SETTINGS;

/// A variable of spin.toml.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// Its value where the operator sets none, or sets an empty one; empty: not set.
    pub default: &'static str,
    /// Whether its value must never be shown.
    pub is_secret: bool,
    /// What it belongs to.
    pub group: Group,
    /// What it means, in Markdown.
    pub meaning: &'static str,
}

/// What a setting belongs to: a chapter of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// The service as a whole.
    Service,
    /// The first accounts of an installation.
    FirstAccounts,
    /// The `EazyRent` API and its token server.
    Eazyrent,
    /// The Logto API and its token server.
    Logto,
    /// The IDAH API.
    Idah,
    /// Mail.
    Mail,
    /// The login service that profiles are read from.
    Upstream,
}

impl Group {
    /// All of them, in the order of the document.
    pub const ALL: [Self; 7] =
        [Self::Service, Self::FirstAccounts, Self::Eazyrent, Self::Logto, Self::Idah, Self::Mail, Self::Upstream];
}

/// What it takes to read a setting: so small that the texts of the table stay out of the components.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Name of the variable.
    pub name: &'static str,
    /// Value where none is set.
    pub default: &'static str,
}

impl Key {
    /// The setting of this name. Call it by [`key!`], which does so at compile time.
    ///
    /// # Panics
    /// If there is none, which [`key!`] turns into an error of the compiler.
    #[allow(clippy::panic, reason = "evaluated by the compiler alone")]
    pub const fn of(name: &str) -> Self {
        let mut rest = SETTINGS;
        while let [setting, others @ ..] = rest {
            if is_same(setting.name, name) {
                return Self { name: setting.name, default: setting.default };
            }
            rest = others;
        }
        panic!("the table has no setting of this name")
    }
}

/// The [`Key`] of a setting. A name that is not in the table does not compile.
#[macro_export]
macro_rules! key {
    ($name:literal) => {
        const { $crate::Key::of($name) }
    };
}

const fn is_same(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    while let ([a, rest_of_one @ ..], [b, rest_of_other @ ..]) = (one, other) {
        if *a != *b {
            return false;
        }
        (one, other) = (rest_of_one, rest_of_other);
    }
    one.is_empty() && other.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_by_their_whole_name() {
        let Key { name, default } = key!("mail_provider");
        assert_eq!((name, default), ("mail_provider", "log"));
        for (one, other, wanted) in [("a", "a", true), ("a", "ab", false), ("ab", "a", false), ("ab", "ac", false)] {
            assert_eq!(is_same(one, other), wanted, "{one} {other}");
        }
    }

    #[test]
    fn no_name_stands_twice_and_groups_stand_together() {
        for (index, setting) in SETTINGS.iter().enumerate() {
            let again = SETTINGS[index + 1..].iter().any(|other| other.name == setting.name);
            assert!(!again, "{} stands twice", setting.name);
        }
        let mut groups: Vec<_> = SETTINGS.iter().map(|setting| setting.group).collect();
        groups.dedup();
        assert_eq!(groups, Group::ALL);
    }

    #[test]
    fn names_tell_secrets_and_no_secret_has_a_default() {
        for setting in SETTINGS {
            let wanted = ["_password", "_secret", "_key"].iter().any(|end| setting.name.ends_with(end));
            assert_eq!(setting.is_secret, wanted, "{}", setting.name);
            assert!(!setting.is_secret || setting.default.is_empty(), "{} has a default credential", setting.name);
        }
    }

    #[test]
    fn every_meaning_is_one_paragraph_of_sentences() {
        for Setting { name, meaning, .. } in SETTINGS {
            assert!(meaning.ends_with('.') && !meaning.contains('\n') && !meaning.contains("  "), "{name}: {meaning}");
        }
    }
}
