//! Errors: a JSON:API list of them (contract, "Errors").

use http::StatusCode;
use iam_domain::error::{AuthFault, Error, ErrorKind, Fault, FaultCode, Step};
use iam_domain::ops::users;
use serde_json::{Value, json};

use crate::http::reply::Reply;

const NOT_FOUND: &str = "Verse::Error::NotFound";

/// What is not found by something else than the id of a record.
pub fn plain_not_found(error: Error) -> Error {
    if *error.kind() == ErrorKind::NotFound { error.recoded("plain_not_found") } else { error }
}

/// A user who is not found, in the words of this API.
pub fn no_account(error: Error) -> Error {
    if error.code() == users::UNKNOWN { error.reworded("Account not found.") } else { error }
}

/// What is wrong with a value, where that is an attribute of the document that was sent.
pub fn in_attributes(error: Error) -> Error {
    let ErrorKind::Invalid(faults) = error.kind() else { return error };
    let place = ["data", "attributes"].map(|key| Step::Key(key.into()));
    let moved = faults.iter().cloned().map(|mut fault| {
        fault.path.splice(0..0, place.clone());
        fault
    });
    Error::invalid(moved.collect::<Vec<_>>())
}

/// Somebody is not let in: 401 with a title and a word of the contract's.
pub fn refused(title: &'static str, detail: &'static str) -> Reply {
    one(StatusCode::UNAUTHORIZED, title, detail)
}

/// The answer to `error`.
pub(super) fn reply(error: &Error) -> Reply {
    let (status, title) = match error.kind() {
        ErrorKind::Invalid(faults) => return invalid(faults, error.message()),
        ErrorKind::Unauthenticated(fault) => {
            let detail = match fault {
                AuthFault::Missing | AuthFault::Scheme => "unauthorized_access",
                AuthFault::Invalid | AuthFault::NoSubject => "Invalid JWT token",
                AuthFault::Inactive => "account_disabled",
            };
            return refused("Verse::Error::Authorization", detail);
        }
        ErrorKind::Forbidden => (StatusCode::FORBIDDEN, "Verse::Error::Unauthorized"),
        ErrorKind::NotFound if error.code() == "plain_not_found" => (StatusCode::NOT_FOUND, NOT_FOUND),
        ErrorKind::NotFound => (StatusCode::NOT_FOUND, "Verse::Error::RecordNotFound"),
        ErrorKind::WrongState | ErrorKind::Conflict => return rule(error),
        ErrorKind::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "Verse::Error::PayloadTooLarge"),
        ErrorKind::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "Verse::Error::TooManyRequests"),
        ErrorKind::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "Verse::Error::ServiceUnavailable"),
        ErrorKind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError"),
    };
    one(status, title, error.message())
}

/// A rule was broken: a validation that failed, without a place, or a record that cannot be made.
fn rule(error: &Error) -> Reply {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    match error.code() {
        "cannot_create_record" => one(status, CANNOT_CREATE, error.message()),
        "needs_address_and_role" => one(status, CANNOT_CREATE, "verse.errors.cannot_create_record"),
        _ => list(status, &[json!({ "status": 422, "title": VALIDATION, "detail": error.message() })]),
    }
}

const CANNOT_CREATE: &str = "Verse::Error::CannotCreateRecord";
const VALIDATION: &str = "Verse::Error::ValidationFailed";

/// Faults of the input, each with its place. What is no JSON at all has no list of errors.
fn invalid(faults: &[Fault], message: &str) -> Reply {
    if faults.iter().any(|fault| fault.code == FaultCode::Syntax) {
        return plain(StatusCode::BAD_REQUEST, "Verse::Error::BadRequest", message);
    }
    let error = |fault: &Fault| {
        json!({
            "status": 422,
            "title": VALIDATION,
            "detail": fault.message,
            "source": { "pointer": pointer(fault) },
        })
    };
    list(StatusCode::UNPROCESSABLE_ENTITY, &faults.iter().map(error).collect::<Vec<_>>())
}

/// JSON pointer (RFC 6901) to the faulty place.
fn pointer(fault: &Fault) -> String {
    let step = |step: &Step| match step {
        Step::Key(key) => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Step::Index(index) => format!("/{index}"),
    };
    fault.path.iter().map(step).collect()
}

/// No such path, or not under this method.
pub(super) fn bare(status: StatusCode, text: &'static str) -> Reply {
    match status {
        StatusCode::METHOD_NOT_ALLOWED => plain(StatusCode::NOT_FOUND, NOT_FOUND, "Not Found"),
        StatusCode::NOT_FOUND => plain(status, NOT_FOUND, text),
        _ => plain(status, "Verse::Error::Base", text),
    }
}

fn plain(status: StatusCode, kind: &str, detail: &str) -> Reply {
    body(status, &json!({ "status": status.as_str(), "type": kind, "detail": detail }))
}

fn one(status: StatusCode, title: &str, detail: &str) -> Reply {
    list(status, &[json!({ "status": status.as_str(), "title": title, "detail": detail })])
}

fn list(status: StatusCode, errors: &[Value]) -> Reply {
    body(status, &json!({ "errors": errors }))
}

fn body(status: StatusCode, value: &Value) -> Reply {
    Reply::with_body(status, "application/json", value.to_string())
}
