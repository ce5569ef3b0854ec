//! Reading what is to be set of a user. Lengths are the operation's matter: they are answered after all other faults.

use iam_domain::error::{Error, FaultCode, Result};
use iam_domain::model::{Email, ObjectPatch, Patch};
use iam_domain::ops::directory::PersonChange;
use serde_json::{Map, Value};

use super::inputs::{any_url, cleared_when_empty, text};
use crate::body::Fields;

/// Texts of `UserProfile`, but for the address and the two names.
const CLAIMS: &[&str] =
    &["middleName", "nickname", "preferredUsername", "profile", "website", "gender", "birthdate", "zoneinfo", "locale"];
/// Texts of its address.
const ADDRESS: &[&str] = &["formatted", "streetAddress", "locality", "region", "postalCode", "country"];
/// Longest e-mail address; of longer ones the form does not matter.
const MAX_EMAIL: usize = 128;

/// What a new user is to be: nothing but the picture can be null.
pub fn new_person(fields: &mut Fields) -> PersonChange {
    let set = |text: Option<String>| text.map_or(Patch::Keep, Patch::Set);
    let name = fields.optional("name", any_text).filter(|name| !name.is_empty());
    PersonChange {
        username: set(fields.optional("username", username)),
        email: fields.optional("primaryEmail", email).map_or(Patch::Keep, Patch::Set),
        phone: set(fields.optional("primaryPhone", phone)),
        name: set(name),
        ..objects(fields)
    }
}

/// What is to change of a user: null and the empty text clear.
pub fn person_update(fields: &mut Fields) -> PersonChange {
    PersonChange {
        username: cleared_when_empty(fields, "username", unless_empty(username)),
        email: match fields.patch("primaryEmail", |key, value| or_empty(key, value, email)) {
            Patch::Set(Some(email)) => Patch::Set(email),
            Patch::Set(None) | Patch::Clear => Patch::Clear,
            Patch::Keep => Patch::Keep,
        },
        phone: cleared_when_empty(fields, "primaryPhone", unless_empty(phone)),
        name: cleared_when_empty(fields, "name", any_text),
        ..objects(fields)
    }
}

/// `{customData}`, whose keys are set.
pub fn custom_data(fields: &mut Fields) -> PersonChange {
    let data = required(fields, "customData", |fields| fields.object("customData"));
    PersonChange { custom_data: data.map_or(ObjectPatch::Keep, ObjectPatch::Merge), ..PersonChange::NONE }
}

/// `{profile}`, whose keys are set.
pub fn profile_merge(fields: &mut Fields) -> PersonChange {
    let Some(mut claims) = required(fields, "profile", claims) else { return PersonChange::NONE };
    let mut name = |key| claims.remove(key).map_or(Patch::Keep, set_or_clear);
    let (first_name, last_name) = (name("givenName"), name("familyName"));
    PersonChange { first_name, last_name, profile: ObjectPatch::Merge(claims), ..PersonChange::NONE }
}

fn required<T>(fields: &mut Fields, key: &'static str, read: impl FnOnce(&mut Fields) -> Option<T>) -> Option<T> {
    if fields.has(key) { read(fields) } else { fields.fault(key, FaultCode::Missing, "Required") }
}

/// What new users and changed ones have in common: the picture, and objects that are replaced as a whole.
fn objects(fields: &mut Fields) -> PersonChange {
    let avatar = cleared_when_empty(fields, "avatar", unless_empty(any_url));
    let custom_data = fields.object("customData").map_or(ObjectPatch::Keep, ObjectPatch::Replace);
    let kept = PersonChange { avatar, custom_data, ..PersonChange::NONE };
    let Some(mut claims) = claims(fields) else { return kept };
    let mut name = |key| claims.remove(key).map_or(Patch::Clear, set_or_clear);
    let (first_name, last_name) = (name("givenName"), name("familyName"));
    PersonChange { first_name, last_name, profile: ObjectPatch::Replace(claims), ..kept }
}

fn set_or_clear(name: Value) -> Patch<String> {
    match name {
        Value::String(name) if !name.is_empty() => Patch::Set(name),
        _ => Patch::Clear,
    }
}

/// `UserProfile`; keys that it does not have are dropped.
fn claims(fields: &mut Fields) -> Option<Map<String, Value>> {
    fields.has("profile").then(|| {
        fields.section("profile", |fields| {
            let mut known = texts(fields, CLAIMS);
            known.append(&mut texts(fields, &["givenName", "familyName"]));
            if fields.has("address") {
                known.insert("address".to_owned(), fields.section("address", |fields| texts(fields, ADDRESS)).into());
            }
            known
        })
    })
}

fn texts(fields: &mut Fields, keys: &[&'static str]) -> Map<String, Value> {
    let text = |key: &&'static str| Some(((*key).to_owned(), Value::from(fields.optional(key, any_text)?)));
    keys.iter().filter_map(text).collect()
}

fn any_text(key: &'static str, value: &str) -> Result<String> {
    text(key, value, 0, usize::MAX)
}

/// A letter or an underscore, then letters, digits and underscores, all of ASCII.
fn username(key: &'static str, value: &str) -> Result<String> {
    let is_word = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_word && value.starts_with(|first: char| !first.is_ascii_digit()) {
        return Ok(value.to_owned());
    }
    Err(Error::field(key, FaultCode::Value, "This is not a letter or _ and then letters, digits and _."))
}

fn email(key: &'static str, value: &str) -> Result<Email> {
    if value.trim().chars().count() > MAX_EMAIL {
        return any_text(key, value).map(Email::from_stored);
    }
    Email::parse(key, value)
}

/// Digits; the directory keeps the form of E.164.
fn phone(key: &'static str, value: &str) -> Result<String> {
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(format!("+{value}"));
    }
    Err(Error::field(key, FaultCode::Value, "Digits only are allowed."))
}

fn unless_empty(
    parse: impl FnOnce(&'static str, &str) -> Result<String>,
) -> impl FnOnce(&'static str, &str) -> Result<String> {
    |key, value| or_empty(key, value, parse).map(Option::unwrap_or_default)
}

fn or_empty<T>(
    key: &'static str,
    value: &str,
    parse: impl FnOnce(&'static str, &str) -> Result<T>,
) -> Result<Option<T>> {
    if value.is_empty() { Ok(None) } else { parse(key, value).map(Some) }
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
    fn phones_are_digits() {
        assert_eq!(phone("primaryPhone", "33612345678"), Ok("+33612345678".to_owned()));
        for bad in ["", "+336", "0 1", "１２"] {
            assert!(phone("primaryPhone", bad).is_err(), "{bad}");
        }
    }
}
