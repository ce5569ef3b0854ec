//! Errors: `{code, message, data?, details?}` (contract, "Error body").

use http::StatusCode;
use iam_domain::error::{AuthFault, Error, ErrorKind, Fault, FaultCode, Step};
use serde_json::{Map, Value, json};

use crate::http::reply::Reply;

/// What is not found by the id in the path of a GET, where the contract has a name of its own for that.
pub fn not_exists_with_id(error: Error) -> Error {
    renamed(error, "not_exists_with_id")
}

/// What is not found by the id in the path of a PATCH.
pub fn not_exists(error: Error) -> Error {
    renamed(error, "not_exists")
}

/// Nothing that can be changed was named: refused before it is looked whether the thing is there.
pub fn nothing_to_change() -> Error {
    Error::rejected("nothing_to_change", "There is nothing to change.")
}

/// A refusal for the sake of the platform's operator, in the words that this API has for every kind of account.
pub fn operators(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Forbidden => error.reworded("This account belongs to the platform's operator."),
        _ => error,
    }
}

fn renamed(error: Error, code: &'static str) -> Error {
    if *error.kind() == ErrorKind::NotFound { error.recoded(code) } else { error }
}

/// The answer to `error`.
pub(super) fn reply(error: &Error) -> Reply {
    let (status, code) = match error.kind() {
        ErrorKind::Invalid(faults) => return invalid(faults, error.message()),
        ErrorKind::Unauthenticated(fault) => return unauthenticated(*fault, error.message()),
        ErrorKind::Forbidden => (StatusCode::FORBIDDEN, "auth.forbidden"),
        ErrorKind::NotFound => (StatusCode::NOT_FOUND, missing(error.code())),
        ErrorKind::WrongState | ErrorKind::Conflict => broken_rule(error.code()),
        ErrorKind::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "request.invalid_input"),
        ErrorKind::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "request.too_many"),
        ErrorKind::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "request.unavailable"),
        ErrorKind::Internal => {
            return body(StatusCode::INTERNAL_SERVER_ERROR, &json!({ "message": error.message() }));
        }
    };
    body(status, &json!({ "code": code, "message": error.message() }))
}

fn missing(code: &str) -> &'static str {
    match code {
        "not_exists_with_id" => "entity.not_exists_with_id",
        "not_exists" => "entity.not_exists",
        _ => "entity.not_found",
    }
}

/// Status and code for the rule of the domain that was hit.
fn broken_rule(code: &str) -> (StatusCode, &'static str) {
    let (bad, rejected) = (StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY);
    match code {
        "bad_pagination" => (bad, "guard.invalid_pagination"),
        "own_account" => (bad, "user.cannot_delete_self"),
        "password_and_digest" => (bad, "user.password_and_digest"),
        "password_algorithm_required" => (bad, "user.password_algorithm_required"),
        "not_in_the_future" => (bad, "request.invalid_input"),
        "unknown_reference" => (rejected, "entity.relation_foreign_key_not_found"),
        "wrong_kind" => (rejected, "entity.db_constraint_violated"),
        "name_taken" | "already_invited" => (rejected, "entity.unique_integrity_violation"),
        "nothing_to_change" => (rejected, "entity.invalid_input"),
        "too_long" => (rejected, "entity.value_too_long"),
        "not_a_member" => (rejected, "organization.require_membership"),
        "unknown_role_names" => (rejected, "organization.role_names_not_found"),
        "username_taken" => (rejected, "user.username_already_in_use"),
        "email_taken" => (rejected, "user.email_already_in_use"),
        "phone_taken" => (rejected, "user.phone_already_in_use"),
        "role_name_taken" => (rejected, "role.name_in_use"),
        "scope_name_taken" => (rejected, "scope.name_exists"),
        "scope_name_with_space" => (bad, "scope.name_with_space"),
        "scope_held" => (rejected, "role.scope_exists"),
        "management_scope" => (bad, "role.management_api_scopes_not_assignable_to_user_role"),
        "management_resource_changed" => (bad, "resource.cannot_modify_management_api"),
        "management_resource_deleted" => (bad, "resource.cannot_delete_management_api"),
        "indicator_taken" => (rejected, "resource.resource_identifier_in_use"),
        _ => (rejected, "request.invalid_input"),
    }
}

fn unauthenticated(fault: AuthFault, message: &str) -> Reply {
    let (code, data) = match fault {
        AuthFault::Missing => ("auth.authorization_header_missing", None),
        AuthFault::Scheme => {
            ("auth.authorization_token_type_not_supported", Some(json!({ "supportedTypes": ["Bearer"] })))
        }
        AuthFault::NoSubject => ("auth.jwt_sub_missing", None),
        AuthFault::Invalid | AuthFault::Inactive => ("auth.unauthorized", None),
    };
    let mut error = json!({ "code": code, "message": message });
    if let (Some(data), Value::Object(error)) = (data, &mut error) {
        error.insert("data".into(), data);
    }
    body(StatusCode::UNAUTHORIZED, &error)
}

/// Faults of the input. What is no JSON at all has a message only.
fn invalid(faults: &[Fault], message: &str) -> Reply {
    if faults.iter().any(|fault| fault.code == FaultCode::Syntax) {
        return body(StatusCode::BAD_REQUEST, &json!({ "message": message }));
    }
    let issues: Vec<Value> = faults.iter().map(issue).collect();
    let details: Vec<String> = faults.iter().map(detail).collect();
    body(
        StatusCode::BAD_REQUEST,
        &json!({
            "code": "guard.invalid_input",
            "message": "The request input is invalid.",
            "data": { "issues": issues, "name": "ZodError" },
            "details": details.join("\n"),
        }),
    )
}

/// `{code, path, message}`; `code` in the words of Zod.
fn issue(fault: &Fault) -> Value {
    let code = match fault.code {
        FaultCode::Missing | FaultCode::Type(_) => "invalid_type",
        FaultCode::TooShort => "too_small",
        FaultCode::TooLong => "too_big",
        FaultCode::Value | FaultCode::Syntax => "custom",
    };
    let path: Vec<Value> = fault
        .path
        .iter()
        .map(|step| match step {
            Step::Key(key) => Value::from(key.as_ref()),
            Step::Index(index) => Value::from(*index),
        })
        .collect();
    Value::Object(Map::from_iter([
        ("code".to_owned(), code.into()),
        ("path".to_owned(), path.into()),
        ("message".to_owned(), fault.message.as_ref().into()),
    ]))
}

fn detail(fault: &Fault) -> String {
    let path: Vec<String> = fault
        .path
        .iter()
        .map(|step| match step {
            Step::Key(key) => key.to_string(),
            Step::Index(index) => index.to_string(),
        })
        .collect();
    if path.is_empty() { fault.message.to_string() } else { format!("{}: {}", path.join("."), fault.message) }
}

fn body(status: StatusCode, value: &Value) -> Reply {
    Reply::with_body(status, "application/json", value.to_string())
}
