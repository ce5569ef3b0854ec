//! Request schemas that more than one component reads.

use iam_domain::error::{Error, ErrorKind, FaultCode, Result};
use iam_domain::model::{Email, Name, Patch, Phone, UserChange};
use serde_json::Value;

use crate::http::body::Fields;

/// `PartialUpdateUser`. The client always sends `user_type`, and null for what it has set to nothing.
///
/// # Errors
/// `Invalid` with every fault; null for the e-mail address is one, since it is the login.
pub fn partial_update_user(body: Option<Value>) -> Result<UserChange> {
    let mut fields = Fields::of(body)?;
    fields.optional("user_type", |key, text| match text {
        "Human" => Ok(()),
        _ => Err(Error::field(key, FaultCode::Value, "Input should be 'Human'")),
    });
    let first_name = fields.patch("first_name", name);
    let last_name = fields.patch("last_name", name);
    // Whether a number of another form is the stored one, which other APIs may have let in, is found out later.
    let mut odd = None;
    let phone = fields.patch("phone", |key, text| {
        Phone::parse(key, text).inspect_err(|_| odd = Some(Phone::from_stored(text.trim().to_owned())))
    });
    let email = match fields.patch("email", Email::parse) {
        Patch::Clear => {
            let fault = "The e-mail address is the login: it must not be null.";
            fields.fault("email", FaultCode::Value, fault).unwrap_or_default()
        }
        email => email,
    };
    let is_only = |fault: &Error| matches!(fault.kind(), ErrorKind::Invalid(faults) if faults.len() == 1);
    let (phone, phone_fault) = match (fields.check(), odd) {
        (Ok(()), _) => (phone, None),
        (Err(fault), Some(odd)) if is_only(&fault) => (Patch::Set(odd), Some(fault)),
        (Err(fault), _) => return Err(fault),
    };
    let is_name_in_parts = first_name != Patch::Keep || last_name != Patch::Keep;
    Ok(UserChange { first_name, last_name, is_name_in_parts, email, phone, phone_fault, ..UserChange::default() })
}

fn name(key: &'static str, text: &str) -> Result<String> {
    Name::parse(key, text).map(|name| name.text().to_owned())
}

/// `CreateUser`.
///
/// # Errors
/// `Invalid` with every fault.
pub fn create_user(body: Option<Value>) -> Result<UserChange> {
    let mut fields = Fields::of(body)?;
    let first_name = fields.required("first_name", name);
    let last_name = fields.required("last_name", name);
    let email = fields.required("email", Email::parse);
    fields.check()?;
    let set = |text: Option<String>| text.map_or(Patch::Keep, Patch::Set);
    let email = email.map_or(Patch::Keep, Patch::Set);
    Ok(UserChange { first_name: set(first_name), last_name: set(last_name), email, ..UserChange::default() })
}

/// Most characters of a text that is stored as it is given.
const MAX_TEXT: usize = 2083;

/// A text of one line that is stored as it is given, but for blanks around it: company numbers, codes, URLs.
///
/// # Errors
/// `Invalid` at `key` when it is too long or has control characters.
pub fn short_text(key: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > MAX_TEXT {
        return Err(Error::field(key, FaultCode::TooLong, "This is too long: at most 2083 characters."));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::field(key, FaultCode::Value, "This must not contain control characters."));
    }
    Ok(text.to_owned())
}

/// A postal address: as [`short_text`], and it may have several lines.
///
/// # Errors
/// As [`short_text`].
pub fn postal_address(key: &'static str, text: &str) -> Result<String> {
    let text = text.trim().replace("\r\n", "\n");
    for line in text.lines() {
        short_text(key, line)?;
    }
    if text.chars().count() > MAX_TEXT {
        return Err(Error::field(key, FaultCode::TooLong, "This is too long: at most 2083 characters."));
    }
    Ok(text)
}
