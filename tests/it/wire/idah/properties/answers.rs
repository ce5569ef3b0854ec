//! Whether an answer is one of the dialect, and which records it has.

use iam_tests::Response;
use serde_json::{Map, Value};

/// Names that never go out.
const HIDDEN: [&str; 7] = [
    "hashed_password",
    "password_reset_token",
    "password_reset_token_expires_at",
    "invitation_token",
    "refresh_seq",
    "nonce",
    "key_sha",
];

/// The ids of a list, in order of their numbers; none where there was none to be had.
pub fn list(answer: &Response, kind: &str) -> Result<Vec<i64>, String> {
    let context = |what: &str| format!("{what}: {answer:?}");
    let Some(body) = document(answer)? else { return Ok(Vec::new()) };
    if !body.get("meta").is_some_and(Value::is_object) {
        return Err(context("no meta"));
    }
    let rows = body.get("data").and_then(Value::as_array).ok_or_else(|| context("no list"))?;
    let mut ids = rows
        .iter()
        .map(|row| resource(row, kind).ok_or_else(|| context("no resource")))
        .collect::<Result<Vec<_>, _>>()?;
    ids.sort_unstable();
    let number = ids.len();
    ids.dedup();
    if ids.len() == number { Ok(ids) } else { Err(context("one of them twice")) }
}

/// The id of a record, if there was one to be had.
pub fn record(answer: &Response, kind: &str) -> Result<Option<i64>, String> {
    let Some(body) = document(answer)? else { return Ok(None) };
    let data = body.get("data").ok_or_else(|| format!("no data: {answer:?}"))?;
    // A list of what is no record of this type (permissions of API keys) is somebody else's.
    if data.is_array() {
        return Ok(None);
    }
    resource(data, kind).map(Some).ok_or_else(|| format!("no resource: {answer:?}"))
}

/// The document of an answer; `None` for a refusal, which must be one of the dialect.
fn document(answer: &Response) -> Result<Option<Map<String, Value>>, String> {
    let context = |what: &str| format!("{what}: {answer:?}");
    let media_type = answer.headers.get("content-type").map_or("", String::as_str);
    let Ok(Value::Object(body)) = serde_json::from_str(&answer.body) else { return Err(context("no JSON object")) };
    match (answer.status, media_type) {
        (200, "application/vnd.api+json")
            if body.keys().all(|key| ["data", "included", "meta"].contains(&key.as_str())) =>
        {
            Ok(Some(body))
        }
        (400 | 403 | 404 | 422, "application/json" | "application/vnd.api+json") => {
            if is_refusal(&body, answer.status) { Ok(None) } else { Err(context("no refusal of this dialect")) }
        }
        _ => Err(context("no answer of this dialect")),
    }
}

/// The id of a resource object of the type.
fn resource(object: &Value, kind: &str) -> Option<i64> {
    let attributes = object.get("attributes")?.as_object()?;
    let is_whole = object.get("type")? == kind && !attributes.contains_key("id");
    let is_discreet = !HIDDEN.iter().any(|name| attributes.contains_key(*name));
    (is_whole && is_discreet).then(|| object.get("id")?.as_str()?.parse().ok())?
}

fn is_refusal(body: &Map<String, Value>, status: u16) -> bool {
    let is_text = |value: Option<&Value>| value.and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    match body.get("errors") {
        Some(Value::Array(errors)) if !errors.is_empty() && body.len() == 1 => errors.iter().all(|error| {
            let is_validation = error["title"] == "Verse::Error::ValidationFailed";
            let wanted = if is_validation { Value::from(status) } else { Value::from(status.to_string()) };
            is_text(error.get("title")) && is_text(error.get("detail")) && error["status"] == wanted
        }),
        Some(_) => false,
        // Malformed, or no route at all.
        None => {
            [400, 404].contains(&status)
                && body.get("status") == Some(&Value::from(status.to_string()))
                && is_text(body.get("type"))
                && is_text(body.get("detail"))
        }
    }
}
