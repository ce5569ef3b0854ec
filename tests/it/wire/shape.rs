//! Shapes of values that differ from run to run.

use serde_json::Value;

/// An id: a text of 12 digits, the first not 0. Gives the number.
#[track_caller]
pub fn id(value: &Value) -> i64 {
    let text = value.as_str().unwrap_or_else(|| panic!("an id must be a text: {value}"));
    let is_id = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    assert!(is_id, "not an id: {value}");
    text.parse().unwrap()
}

/// A moment: `2026-01-14T10:23:18.123Z`.
#[track_caller]
pub fn moment(value: &Value) -> &str {
    let text = value.as_str().unwrap_or_else(|| panic!("a moment must be a text: {value}"));
    let pattern = "0000-00-00T00:00:00.000Z";
    let fits = text.len() == pattern.len()
        && text.chars().zip(pattern.chars()).all(|(c, p)| if p == '0' { c.is_ascii_digit() } else { c == p });
    assert!(fits, "not a moment: {value}");
    text
}

/// `{"detail": "<text>"}` and nothing else.
#[track_caller]
pub fn detail(answer: &iam_tests::Response) -> String {
    assert_eq!(answer.header("content-type"), "application/json", "{answer:?}");
    let body = answer.json();
    let text = body["detail"].as_str().unwrap_or_else(|| panic!("detail must be a text: {body}"));
    assert!(!text.is_empty());
    assert_eq!(body.as_object().unwrap().len(), 1, "{body}");
    text.to_owned()
}

/// A 422 answer as `(loc, type)` pairs; checks that nothing else is in it.
#[track_caller]
pub fn faults(answer: &iam_tests::Response) -> Vec<(Value, String)> {
    assert_eq!(answer.status, 422, "{answer:?}");
    assert_eq!(answer.header("content-type"), "application/json");
    let body = answer.json();
    assert_eq!(body.as_object().unwrap().len(), 1, "{body}");
    let fault = |fault: &Value| {
        assert_eq!(fault.as_object().unwrap().len(), 3, "{fault}");
        assert!(fault["msg"].as_str().is_some_and(|text| !text.is_empty()), "{fault}");
        (fault["loc"].clone(), fault["type"].as_str().expect("type").to_owned())
    };
    body["detail"].as_array().unwrap_or_else(|| panic!("detail must be a list: {body}")).iter().map(fault).collect()
}

/// An OAuth error (RFC 6749 §5.2): exactly `error` and `error_description`. Gives `error`.
#[track_caller]
pub fn oauth_error(answer: &iam_tests::Response) -> String {
    assert_eq!(answer.header("content-type"), "application/json", "{answer:?}");
    let body = answer.json();
    assert!(body["error_description"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
    assert_eq!(body.as_object().unwrap().len(), 2, "{body}");
    body["error"].as_str().expect("error").to_owned()
}

/// An error of the Logto management API: `code` and `message`, and at most `data` and `details`. Gives `code`.
#[track_caller]
pub fn logto_error(answer: &iam_tests::Response) -> String {
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8", "{answer:?}");
    let body = answer.json();
    let mut rest = body.as_object().unwrap_or_else(|| panic!("not an object: {body}")).clone();
    let code = rest.remove("code").unwrap_or_else(|| panic!("no code: {body}"));
    let message = rest.remove("message").unwrap_or_else(|| panic!("no message: {body}"));
    assert!(message.as_str().is_some_and(|text| !text.is_empty()), "{body}");
    assert!(rest.remove("details").is_none_or(|details| details.is_string()), "{body}");
    let data = rest.remove("data");
    assert!(rest.is_empty(), "{body}");
    // Faults of the body, the path or the query say where; a password that is too weak or too long is a rule's affair.
    if let Some(issues) = data.as_ref().and_then(|data| data["issues"].as_array()) {
        assert!(!issues.is_empty() && issues.iter().all(|issue| issue["path"].is_array()), "{body}");
    }
    code.as_str().unwrap_or_else(|| panic!("code must be a text: {body}")).to_owned()
}

/// The IDAH answer to a path that there is not: `{status, type, detail}`.
#[track_caller]
pub fn idah_nothing(answer: &iam_tests::Response) {
    assert_eq!(answer.status, 404, "{answer:?}");
    let body = answer.json();
    assert_eq!((&body["status"], &body["type"]), (&"404".into(), &"Verse::Error::NotFound".into()), "{body}");
    assert!(body["detail"].is_string() && body.as_object().unwrap().len() == 3, "{body}");
}
