//! Errors in the shape of FastAPI.

use http::StatusCode;
use iam_domain::error::{Error, ErrorKind, Fault, FaultCode, Step, Wanted};
use iam_domain::ops::users;
use serde_json::{Value, json};

use crate::http::reply::Reply;

/// `{"detail": "<text>"}`.
pub(super) fn detail(status: StatusCode, text: &str) -> Reply {
    body(status, &json!({ "detail": text }))
}

/// A user who is not found, where that is one of the team.
pub fn no_member(error: Error) -> Error {
    if error.code() == users::UNKNOWN { error.reworded("Member not found.") } else { error }
}

/// The answer to `error`.
pub(super) fn reply(error: &Error) -> Reply {
    let status = match error.kind() {
        ErrorKind::Invalid(faults) => {
            let detail: Vec<Value> = faults.iter().map(fault).collect();
            return body(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "detail": detail }));
        }
        ErrorKind::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::WrongState => StatusCode::BAD_REQUEST,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    };
    detail(status, error.message())
}

fn body(status: StatusCode, value: &Value) -> Reply {
    Reply::with_body(status, "application/json", value.to_string())
}

/// `{"loc": ["body", …], "msg": …, "type": …}`; `type` in the words of pydantic.
fn fault(fault: &Fault) -> Value {
    let place = fault.path.iter().map(|step| match step {
        Step::Key(key) => Value::from(key.as_ref()),
        Step::Index(index) => Value::from(*index),
    });
    let loc: Vec<Value> = std::iter::once(Value::from("body")).chain(place).collect();
    let kind = match fault.code {
        FaultCode::Missing => "missing",
        FaultCode::Type(Wanted::Text) => "string_type",
        FaultCode::Type(Wanted::Boolean) => "bool_type",
        FaultCode::Type(Wanted::Number) => "float_type",
        FaultCode::Type(Wanted::List) => "list_type",
        FaultCode::Type(Wanted::Object) => "model_attributes_type",
        FaultCode::Value => "value_error",
        FaultCode::TooShort => "string_too_short",
        FaultCode::TooLong => "string_too_long",
        FaultCode::Syntax => "json_invalid",
    };
    json!({ "loc": loc, "msg": fault.message, "type": kind })
}
