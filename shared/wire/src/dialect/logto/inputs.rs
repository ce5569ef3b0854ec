//! Reading requests: bodies, queries, and the kinds of value that more than one component reads.

use http::header::CONTENT_TYPE;
use iam_domain::error::{Error, FaultCode, Result};
use iam_domain::model::{IdSet, Patch, PrincipalId};
use iam_domain::ops::grants::NamedRoles;
use serde_json::{Map, Value};

use super::urls;
use crate::http::body::{Fields, json};
use crate::http::form::Form;
use crate::pipeline::Call;

/// The body: a JSON object, or a form. Of any other type it is not read and counts as an empty object.
///
/// # Errors
/// `TooLarge`; `Invalid` when it cannot be read, or is no object.
pub async fn body(call: &Call<'_>) -> Result<Fields> {
    let kind = call.request().header(CONTENT_TYPE.as_str()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"));
    let found = if is_json {
        json(&call.body().await?)?
    } else if kind == "application/x-www-form-urlencoded" {
        let form = String::from_utf8(call.body().await?.into()).ok().as_deref().and_then(Form::parse);
        let form = form.ok_or_else(|| Error::field("body", FaultCode::Value, "The form cannot be read."))?;
        Some(form.into_object())
    } else {
        None
    };
    Fields::of(Some(found.unwrap_or_else(|| Value::Object(Map::new()))))
}

/// The query.
///
/// # Errors
/// `Invalid` when it is not UTF-8.
pub fn query(call: &Call<'_>) -> Result<Form> {
    let form = Form::parse(call.request().query());
    form.ok_or_else(|| Error::field("query", FaultCode::Value, "The query is not UTF-8."))
}

/// What to search for (`q`), in the form that searches compare; `None`: everything.
pub fn search(query: &Form) -> Option<String> {
    query.get("q").map(str::to_lowercase)
}

/// The same said by `search`, a pattern of which only the form `%text%` is known.
pub fn search_pattern(query: &Form) -> Option<String> {
    let text = query.get("search").map(|pattern| pattern.trim_matches('%').to_lowercase());
    text.filter(|text| !text.is_empty())
}

/// Whether a flag of the query is on (contract, "Yes-values").
pub fn is_yes(query: &Form, name: &str) -> bool {
    let value = query.get(name).unwrap_or_default().to_ascii_lowercase();
    ["1", "true", "y", "yes", "yep", "yeah"].contains(&value.as_str())
}

/// A text of `least` to `most` characters, kept as it is.
///
/// # Errors
/// `Invalid` at `key`.
pub fn text(key: &'static str, text: &str, least: usize, most: usize) -> Result<String> {
    let length = text.chars().count();
    if length < least {
        return Err(Error::field(key, FaultCode::TooShort, format!("At least {least} characters are needed.")));
    }
    if length > most {
        return Err(Error::field(key, FaultCode::TooLong, format!("At most {most} characters are allowed.")));
    }
    if text.contains('\0') {
        return Err(Error::field(key, FaultCode::Value, "The character U+0000 is not allowed."));
    }
    Ok(text.to_owned())
}

/// A text on one line, as names are: other APIs show them, too, and take no control characters.
///
/// # Errors
/// As [`text`].
pub fn line(key: &'static str, value: &str, least: usize, most: usize) -> Result<String> {
    if value.chars().any(char::is_control) {
        return Err(Error::field(key, FaultCode::Value, "Control characters are not allowed."));
    }
    text(key, value, least, most)
}

/// A name: 1 to 128 characters.
///
/// # Errors
/// As [`line`].
pub fn name(key: &'static str, value: &str) -> Result<String> {
    line(key, value, 1, 128)
}

/// A description: at most 256 characters.
///
/// # Errors
/// As [`text`].
pub fn description(key: &'static str, value: &str) -> Result<String> {
    text(key, value, 0, 256)
}

/// An absolute URL of any scheme, at most 2048 characters.
///
/// # Errors
/// `Invalid` at `key`.
pub fn url(key: &'static str, value: &str) -> Result<String> {
    text(key, &any_url(key, value)?, 1, 2048)
}

/// An absolute URL of any scheme and length.
///
/// # Errors
/// `Invalid` at `key`.
pub fn any_url(key: &'static str, value: &str) -> Result<String> {
    if urls::is_absolute(value) {
        return Ok(value.to_owned());
    }
    Err(Error::field(key, FaultCode::Value, "This is not an absolute URL."))
}

/// A text of a column that can be null: null and the empty text clear it.
pub fn cleared_when_empty(
    fields: &mut Fields,
    key: &'static str,
    parse: impl FnOnce(&'static str, &str) -> Result<String>,
) -> Patch<String> {
    match fields.patch(key, parse) {
        Patch::Set(text) if text.is_empty() => Patch::Clear,
        other => other,
    }
}

/// A list of ids that must be there, with at least `least` of them. They are texts of any form, but none is empty.
pub fn ids(fields: &mut Fields, key: &'static str, least: usize) -> Vec<String> {
    if !fields.has(key) {
        return fields.fault(key, FaultCode::Missing, "Required").unwrap_or_default();
    }
    let before = fields.count_faults();
    let ids = optional_ids(fields, key);
    if ids.len() < least && fields.count_faults() == before {
        return fields.fault(key, FaultCode::TooShort, format!("At least {least} is needed.")).unwrap_or_default();
    }
    ids
}

/// A list of ids that may be absent.
pub fn optional_ids(fields: &mut Fields, key: &'static str) -> Vec<String> {
    fields.items(key, |key, value| match value {
        "" => Err(Error::field(key, FaultCode::TooShort, "At least 1 character is needed.")),
        id => Ok(id.to_owned()),
    })
}

/// Path parameter `userId`. A text that is no id names nobody.
///
/// # Errors
/// `NotFound`.
pub fn user_id(call: &Call<'_>) -> Result<PrincipalId> {
    call.param("userId").parse().map_err(|_| Error::not_found("User"))
}

/// `AssignRoles`: roles by id, by name, or both; none is not an error.
///
/// # Errors
/// `Invalid`.
pub async fn assigned_roles(call: &Call<'_>) -> Result<NamedRoles> {
    let mut fields = body(call).await?;
    let ids = optional_ids(&mut fields, "organizationRoleIds");
    let names = optional_ids(&mut fields, "organizationRoleNames");
    fields.check()?;
    Ok(NamedRoles { ids: IdSet::of(&ids), names })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_keep_their_blanks() {
        assert_eq!(name("name", " a "), Ok(" a ".to_owned()));
        assert!(name("name", "").is_err() && name("name", &"x".repeat(129)).is_err() && name("name", "\0").is_err());
        assert!(
            name("name", "a\u{7}b").is_err() && name("name", "a\nb").is_err() && text("text", "a\nb", 0, 3).is_ok()
        );
        assert!(name("name", &"ü".repeat(128)).is_ok());
    }

    #[test]
    fn yes_in_any_case() {
        let query = Form::parse("a=YES&b=no&c=1&d").unwrap();
        assert_eq!(["a", "b", "c", "d", "e"].map(|name| is_yes(&query, name)), [true, false, true, false, false]);
    }
}
