//! Standard claims (OpenID Connect Core §5.1), as an upstream gives them. Nothing in them is believed unchecked.

use iam_domain::model::{Email, Name, Phone};
use iam_domain::ops::users::sync::Profile;
use serde_json::{Map, Value};

/// Longest subject (OpenID Connect Core §2).
const MAX_SUBJECT: usize = 255;

/// Reads a profile. A value of the wrong type makes the answer worthless; one of the right type that does not fit here,
/// such as a blank name, is left out.
///
/// # Errors
/// What is wrong with the answer, without its values.
pub(super) fn profile(answer: &Value, is_by_own_token: bool) -> Result<Profile, String> {
    let Value::Object(claims) = answer else { return Err("it is not a JSON object".to_owned()) };
    let subject = text(claims, "sub")?.filter(|subject| is_subject(subject)).ok_or("it has no usable claim sub")?;
    Ok(Profile {
        subject: subject.to_owned(),
        is_by_own_token,
        first_name: text(claims, "given_name")?.and_then(|name| Name::parse("given_name", name).ok()),
        last_name: text(claims, "family_name")?.and_then(|name| Name::parse("family_name", name).ok()),
        email: text(claims, "email")?.and_then(|email| Email::parse("email", email).ok()),
        is_email_verified: match claims.get("email_verified") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(is_verified)) => *is_verified,
            Some(_) => return Err("its claim email_verified is not a boolean".to_owned()),
        },
        phone: text(claims, "phone_number")?.and_then(phone),
    })
}

/// A claim that is a text. One that is null counts as absent.
fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, String> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("its claim {name} is not a text")),
    }
}

/// Printable ASCII. A segment of dots would lead elsewhere in the URL that it is put into.
fn is_subject(text: &str) -> bool {
    (1..=MAX_SUBJECT).contains(&text.len())
        && text.bytes().all(|b| matches!(b, b' '..=b'~'))
        && !matches!(text, "." | "..")
}

/// E.164 is only recommended for the claim, and its own example there is written `+1 (425) 555-1212`.
fn phone(text: &str) -> Option<Phone> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')')).collect();
    Phone::parse("phone_number", &digits).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(answer: &Value) -> Result<Profile, String> {
        profile(answer, false)
    }

    #[test]
    fn all_claims_are_read() {
        let profile = read(&json!({
            "sub": "ada", "given_name": " Ada ", "family_name": "Lovelace", "email": "Ada@example.org",
            "email_verified": true, "phone_number": "+1 (425) 555-1212", "address": {"country": "UK"},
        }))
        .unwrap();
        assert_eq!(profile.subject, "ada");
        assert_eq!(profile.first_name.as_ref().map(Name::text), Some("Ada"));
        assert_eq!(profile.last_name.as_ref().map(Name::text), Some("Lovelace"));
        assert_eq!(profile.email.as_ref().map(Email::text), Some("Ada@example.org"));
        assert_eq!(profile.phone.as_ref().map(Phone::text), Some("+14255551212"));
        assert!(profile.is_email_verified);
    }

    #[test]
    fn what_is_absent_or_does_not_fit_is_left_out() {
        let long = "x".repeat(129);
        for claims in [
            json!({"sub": "ada"}),
            json!({"sub": "ada", "given_name": null, "email": null, "email_verified": null, "phone_number": null}),
            json!({"sub": "ada", "given_name": " ", "family_name": long, "email": "ada", "phone_number": "0123"}),
        ] {
            let profile = read(&claims).unwrap();
            assert_eq!((&profile.first_name, &profile.last_name), (&None, &None), "{claims}");
            assert_eq!((&profile.email, &profile.phone), (&None, &None), "{claims}");
            assert!(!profile.is_email_verified, "{claims}");
        }
    }

    #[test]
    fn nonsense_is_refused_without_repeating_it() {
        for answer in [
            json!(null),
            json!([{"sub": "secret"}]),
            json!("secret"),
            json!({"email": "secret@example.org"}),
            json!({"sub": 7}),
            json!({"sub": ""}),
            json!({"sub": ".."}),
            json!({"sub": "secret\n"}),
            json!({"sub": "é"}),
            json!({"sub": "x".repeat(256)}),
            json!({"sub": "ada", "given_name": ["secret"]}),
            json!({"sub": "ada", "email": 1}),
            json!({"sub": "ada", "email_verified": "true"}),
            json!({"sub": "ada", "phone_number": {"secret": 1}}),
        ] {
            let error = read(&answer).unwrap_err();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
