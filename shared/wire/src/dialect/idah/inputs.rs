//! What comes in: documents, plain bodies, ids in paths.

use http::header::HeaderMap;
use iam_domain::error::{Error, Result};
use iam_domain::model::{Patch, PrincipalId};
use serde_json::{Map, Value};

use super::media_type;
use crate::http::body;
use crate::http::form::Form;
use crate::pipeline::Call;
use crate::shapes::jsonapi::{Attributes, Param, Params, fault};

/// Whether a body is JSON: `application/json`, any `application/*+json`, or not said.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = media_type(headers) else { return true };
    kind.strip_prefix("application/").is_some_and(|kind| kind == "json" || kind.ends_with("+json"))
}

/// The attributes of the document in the body, which must be of the type `kind`.
///
/// # Errors
/// `Invalid`.
pub async fn document(call: &Call<'_>, kind: &'static str) -> Result<Attributes> {
    let body = if is_json(call.request().headers()) { body::json(&call.body().await?)? } else { None };
    Attributes::of_document(body, kind)
}

/// The fields of a plain input: of a JSON object or a form in the body, and of the query, which counts before the body.
///
/// # Errors
/// `Invalid` (`Syntax`) when the query is not UTF-8.
pub async fn input(call: &Call<'_>) -> Result<Attributes> {
    let bytes = call.body().await?;
    let headers = call.request().headers();
    let mut values = if is_json(headers) {
        match body::json(&bytes)? {
            Some(Value::Object(values)) => values,
            Some(_) | None => Map::new(),
        }
    } else if media_type(headers).as_deref() == Some("application/x-www-form-urlencoded") {
        let form = std::str::from_utf8(&bytes).ok().and_then(Form::parse).unwrap_or_default();
        form.pairs().map(|(name, value)| (name.to_owned(), value.into())).collect()
    } else {
        Map::new()
    };
    let params = Params::parse(call.request().query()).unwrap_or_default();
    values.extend(params.iter().filter_map(|(name, param)| match param {
        Param::Text(text) => Some((name.to_owned(), text.as_str().into())),
        Param::Bare | Param::List(_) | Param::Map(_) => None,
    }));
    Ok(Attributes::of_plain(values))
}

/// A name: at most 128 characters on one line, kept as they are.
pub fn name(input: &mut Attributes, key: &'static str) -> Patch<String> {
    let name = input.text(key);
    let wrong = match &name {
        Patch::Set(name) if name.chars().count() > MAX_NAME => "must be at most 128 characters",
        Patch::Set(name) if name.chars().any(char::is_control) => "must not contain control characters",
        Patch::Set(_) | Patch::Clear | Patch::Keep => return name,
    };
    input.fault::<()>(key, wrong);
    Patch::Keep
}

/// Longest name, in characters.
const MAX_NAME: usize = 128;

/// The id in the path, which may be any whole number: one that nobody has is not found later.
///
/// # Errors
/// `Invalid` at `/resource_id`.
pub fn path_id(call: &Call<'_>) -> Result<i64> {
    let message = "must be an integer";
    call.param("resource_id").parse().map_err(|_| Error::invalid(vec![fault(&["resource_id"], message)]))
}

/// The account in the path, as [`path_id`] reads it.
///
/// # Errors
/// As [`path_id`].
pub fn account_id(call: &Call<'_>) -> Result<PrincipalId> {
    path_id(call).map(PrincipalId::from_stored)
}
