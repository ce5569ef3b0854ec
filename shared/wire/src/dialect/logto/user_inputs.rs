//! Reading what is to be set of a user. Lengths are told after all other faults.

use iam_domain::error::{Error, FaultCode, Result};
use iam_domain::model::{Email, ObjectPatch, Patch, Phone, Picture, UserChange};
use serde_json::{Map, Value};

use super::inputs::{any_url, cleared_when_empty, line, text};
use crate::http::body::Fields;
use crate::shapes::picture;

/// Texts of `UserProfile`, but for the address and the two names.
const CLAIMS: &[&str] =
    &["middleName", "nickname", "preferredUsername", "profile", "website", "gender", "birthdate", "zoneinfo", "locale"];
/// Texts of its address.
const ADDRESS: &[&str] = &["formatted", "streetAddress", "locality", "region", "postalCode", "country"];
/// Most characters of a name, a login name, an address, and the digits of a telephone number.
const MAX_TEXT: usize = 128;
/// Most characters of the address of a picture.
const MAX_AVATAR: usize = 2048;

/// What a new user is to be: nothing but the picture can be null.
pub fn new_user(fields: &mut Fields) -> UserChange {
    let set = |text: Option<String>| text.map_or(Patch::Keep, Patch::Set);
    let name = fields.optional("name", one_line).filter(|name| !name.is_empty());
    UserChange {
        username: set(fields.optional("username", username)),
        email: fields.optional("primaryEmail", email).map_or(Patch::Keep, Patch::Set),
        phone: fields.optional("primaryPhone", phone).map_or(Patch::Keep, Patch::Set),
        display_name: set(name),
        ..objects(fields)
    }
}

/// What is to change of a user: null and the empty text clear.
pub fn user_update(fields: &mut Fields) -> UserChange {
    UserChange {
        username: clearable(fields, "username", username),
        email: clearable(fields, "primaryEmail", email),
        phone: clearable(fields, "primaryPhone", phone),
        display_name: cleared_when_empty(fields, "name", one_line),
        ..objects(fields)
    }
}

/// `{customData}`, whose keys are set.
pub fn custom_data(fields: &mut Fields) -> UserChange {
    let data = required(fields, "customData", |fields| fields.object("customData"));
    UserChange { custom_data: data.map_or(ObjectPatch::Keep, ObjectPatch::Merge), ..UserChange::default() }
}

/// `{profile}`, whose keys are set.
pub fn profile_merge(fields: &mut Fields) -> UserChange {
    let Some(mut claims) = required(fields, "profile", claims) else { return UserChange::default() };
    let mut name = |key| claims.remove(key).map_or(Patch::Keep, set_or_clear);
    let (first_name, last_name) = (name("givenName"), name("familyName"));
    UserChange { first_name, last_name, profile: ObjectPatch::Merge(claims), ..UserChange::default() }
}

fn required<T>(fields: &mut Fields, key: &'static str, read: impl FnOnce(&mut Fields) -> Option<T>) -> Option<T> {
    if fields.has(key) { read(fields) } else { fields.fault(key, FaultCode::Missing, "Required") }
}

/// What new users and changed ones have in common: the picture, and objects that are replaced as a whole.
fn objects(fields: &mut Fields) -> UserChange {
    // Whether an address that is not absolute is the stored one, which other APIs may have let in, is found out later.
    let mut avatar_fault = None;
    let avatar = clearable(fields, "avatar", |key, value| {
        if picture::can_run(value) {
            return Err(Error::field(key, FaultCode::Value, "This is not the address of a picture."));
        }
        avatar_fault = any_url(key, value).err();
        one_line(key, value).map(Picture::Url)
    });
    let custom_data = fields.object("customData").map_or(ObjectPatch::Keep, ObjectPatch::Replace);
    let kept = UserChange { avatar, avatar_fault, custom_data, ..UserChange::default() };
    let Some(mut claims) = claims(fields) else { return kept };
    let mut name = |key| claims.remove(key).map_or(Patch::Clear, set_or_clear);
    let (first_name, last_name) = (name("givenName"), name("familyName"));
    UserChange { first_name, last_name, profile: ObjectPatch::Replace(claims), ..kept }
}

fn set_or_clear(name: Value) -> Patch<String> {
    match name {
        Value::String(name) if !name.trim().is_empty() => Patch::Set(name.trim().to_owned()),
        _ => Patch::Clear,
    }
}

/// `UserProfile`; keys that it does not have are dropped.
fn claims(fields: &mut Fields) -> Option<Map<String, Value>> {
    fields.has("profile").then(|| {
        fields.section("profile", |fields| {
            let mut known = texts(fields, CLAIMS, any_text);
            known.append(&mut texts(fields, &["givenName", "familyName"], one_line));
            if fields.has("address") {
                known.insert(
                    "address".to_owned(),
                    fields.section("address", |fields| texts(fields, ADDRESS, any_text)).into(),
                );
            }
            known
        })
    })
}

fn texts(
    fields: &mut Fields,
    keys: &[&'static str],
    parse: fn(&'static str, &str) -> Result<String>,
) -> Map<String, Value> {
    let text = |key: &&'static str| Some(((*key).to_owned(), Value::from(fields.optional(key, parse)?)));
    keys.iter().filter_map(text).collect()
}

fn any_text(key: &'static str, value: &str) -> Result<String> {
    text(key, value, 0, usize::MAX)
}

/// A name that all APIs can show: no control characters.
fn one_line(key: &'static str, value: &str) -> Result<String> {
    line(key, value, 0, usize::MAX)
}

/// A letter or an underscore, then letters, digits and underscores, all of ASCII.
fn username(key: &'static str, value: &str) -> Result<String> {
    let is_word = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_word && value.starts_with(|first: char| !first.is_ascii_digit()) {
        return Ok(value.to_owned());
    }
    Err(Error::field(key, FaultCode::Value, "This is not a letter or _ and then letters, digits and _."))
}

/// Of one that is too long the form does not matter: it is refused for its length.
fn email(key: &'static str, value: &str) -> Result<Email> {
    if value.trim().chars().count() > MAX_TEXT {
        return any_text(key, value).map(Email::from_stored);
    }
    Email::parse(key, value)
}

/// Digits; the store keeps the form of E.164, which other APIs insist on.
fn phone(key: &'static str, value: &str) -> Result<Phone> {
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = format!("+{value}");
        return if value.len() > MAX_TEXT { Ok(Phone::from_stored(number)) } else { Phone::parse(key, &number) };
    }
    Err(Error::field(key, FaultCode::Value, "Digits only are allowed."))
}

/// A value that null and the empty text clear.
fn clearable<T>(
    fields: &mut Fields,
    key: &'static str,
    parse: impl FnOnce(&'static str, &str) -> Result<T>,
) -> Patch<T> {
    match fields.patch(key, |key, value| if value.is_empty() { Ok(None) } else { parse(key, value).map(Some) }) {
        Patch::Set(Some(value)) => Patch::Set(value),
        Patch::Set(None) | Patch::Clear => Patch::Clear,
        Patch::Keep => Patch::Keep,
    }
}

/// Fails when a value is longer than its place.
///
/// # Errors
/// `WrongState` (`too_long`).
pub fn check_lengths(change: &UserChange) -> Result<()> {
    fn count<T>(patch: &Patch<T>, text: impl FnOnce(&T) -> &str) -> usize {
        if let Patch::Set(value) = patch { text(value).chars().count() } else { 0 }
    }
    let avatar = |picture: &Picture| match picture {
        Picture::Url(url) => url.chars().count(),
        Picture::Stored(_) => 0,
    };
    let checks = [
        ("username", count(&change.username, String::as_str), MAX_TEXT),
        ("primaryEmail", count(&change.email, Email::text), MAX_TEXT),
        // The plus sign is not counted.
        ("primaryPhone", count(&change.phone, Phone::text), MAX_TEXT + 1),
        ("name", count(&change.display_name, String::as_str), MAX_TEXT),
        ("givenName", count(&change.first_name, String::as_str), MAX_TEXT),
        ("familyName", count(&change.last_name, String::as_str), MAX_TEXT),
        ("avatar", if let Patch::Set(picture) = &change.avatar { avatar(picture) } else { 0 }, MAX_AVATAR),
    ];
    match checks.iter().find(|(_, length, most)| length > most) {
        Some((what, ..)) => Err(Error::rejected("too_long", format!("{what} is too long."))),
        None => Ok(()),
    }
}

/// Fails when nothing that can be changed was named, or a value is longer than its place.
///
/// # Errors
/// `WrongState`: `nothing_to_change`; as [`check_lengths`].
pub fn check_update(change: &UserChange) -> Result<()> {
    if change.is_empty() {
        return Err(Error::rejected("nothing_to_change", "There is nothing to change."));
    }
    check_lengths(change)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames() {
        for good in ["a", "_", "Ada_99", "_1"] {
            assert!(username("username", good).is_ok(), "{good}");
        }
        for bad in ["", "9a", "a-b", "a b", "ü", "a.b", "a\n"] {
            assert!(username("username", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_are_of_one_line() {
        assert_eq!(one_line("name", " Ada é名 "), Ok(" Ada é名 ".to_owned()));
        for bad in ["a\nb", "a\r\nb", "\u{7}", "a\u{0}", "\u{85}", "\t"] {
            assert!(one_line("name", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn phones_are_digits() {
        assert_eq!(phone("primaryPhone", "33612345678"), Ok(Phone::from_stored("+33612345678".to_owned())));
        for bad in ["", "+336", "0 1", "１２"] {
            assert!(phone("primaryPhone", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn lengths_count_characters() {
        let long = |most: usize| Patch::Set("ü".repeat(most));
        let url = |patch| match patch {
            Patch::Set(url) => Patch::Set(Picture::Url(url)),
            Patch::Keep | Patch::Clear => Patch::Keep,
        };
        let phone = |patch| match patch {
            Patch::Set(text) => Patch::Set(Phone::from_stored(text)),
            Patch::Keep | Patch::Clear => Patch::Keep,
        };
        for (most, change) in [
            (128, &(|text| UserChange { username: text, ..UserChange::default() }) as &dyn Fn(_) -> _),
            (129, &|text| UserChange { phone: phone(text), ..UserChange::default() }),
            (128, &|text| UserChange { display_name: text, ..UserChange::default() }),
            (128, &|text| UserChange { first_name: text, ..UserChange::default() }),
            (128, &|text| UserChange { last_name: text, ..UserChange::default() }),
            (2048, &|text| UserChange { avatar: url(text), ..UserChange::default() }),
        ] {
            assert!(check_lengths(&change(long(most))).is_ok());
            assert!(check_lengths(&change(long(most + 1))).is_err());
        }
    }
}
