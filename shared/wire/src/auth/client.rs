//! How OAuth clients prove themselves at the token endpoints: Basic, form, or a signed assertion.

use base64ct::{Base64, Encoding};

use crate::http::form::{Form, decode};
use crate::http::request::Request;

use super::authorization::Authorization;

/// `client_assertion_type` of a JWT (RFC 7523 §2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What the client sent to prove itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientCredentials {
    /// Nothing.
    Absent,
    /// Id and secret (RFC 6749 §2.3.1).
    Secret {
        /// `client_id`.
        id: String,
        /// `client_secret`.
        secret: String,
    },
    /// A signed JWT (RFC 7523 §2.2).
    Assertion(String),
    /// A header of the scheme Basic that cannot be read.
    Unreadable(&'static str),
    /// Two ways at once, or half of one.
    Malformed(&'static str),
}

/// Reads the client's credentials from header and form. Only one way may be used (RFC 6749 §2.3).
pub fn client_credentials(request: &Request, form: &Form) -> ClientCredentials {
    let basic = request.header("authorization").and_then(Authorization::scheme);
    let basic = basic.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic")).map(|(_, value)| value);
    let in_form = form.get("client_secret");
    let assertion = form.get("client_assertion");
    match (basic, in_form, assertion) {
        (None, None, None) => ClientCredentials::Absent,
        (Some(value), None, None) => by_header(value, form.get("client_id")),
        (None, Some(secret), None) => match form.get("client_id") {
            Some(id) => ClientCredentials::Secret { id: id.to_owned(), secret: secret.to_owned() },
            None => ClientCredentials::Malformed("client_id is missing"),
        },
        (None, None, Some(assertion)) if form.get("client_assertion_type") == Some(JWT_BEARER) => {
            ClientCredentials::Assertion(assertion.to_owned())
        }
        (None, None, Some(_)) => ClientCredentials::Malformed("client_assertion_type is not supported"),
        _ => ClientCredentials::Malformed("use one way of client authentication only"),
    }
}

fn by_header(value: &str, id_in_form: Option<&str>) -> ClientCredentials {
    let unreadable = ClientCredentials::Unreadable("the Basic credentials are malformed");
    let Ok(bytes) = Base64::decode_vec(value) else { return unreadable };
    let Ok(text) = String::from_utf8(bytes) else { return unreadable };
    // Both halves are form-encoded first (RFC 6749 §2.3.1).
    let pair = text.split_once(':').and_then(|(id, secret)| Some((decode(id, true)?, decode(secret, true)?)));
    match pair {
        Some((id, _)) if id_in_form.is_some_and(|in_form| in_form != id) => {
            ClientCredentials::Malformed("client_id differs from the Basic credentials")
        }
        Some((id, secret)) => ClientCredentials::Secret { id, secret },
        None => unreadable,
    }
}
