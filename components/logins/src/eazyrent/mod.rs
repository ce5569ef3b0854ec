//! `/oauth/v2/token`, and passwords under `/iam/v1/users` (contracts/eazyrent.md, "Getting a token", Users and "Beyond the
//! seed").

pub mod password;
pub mod password_codes;
pub mod token;

use iam_domain::error::{Error, Result};
use iam_domain::model::NewPassword;
use iam_wire::dialect::eazyrent::choices;
use iam_wire::http::body::Fields;

/// `new_password` and `new_password_confirmation`, as they were sent.
struct Sent {
    password: String,
    confirmation: String,
}

/// Both texts of a new password; `None` when there was a fault.
fn sent(fields: &mut Fields) -> Option<Sent> {
    let password = fields.required("new_password", verbatim);
    let confirmation = fields.required("new_password_confirmation", verbatim);
    Some(Sent { password: password?, confirmation: confirmation? })
}

/// A text that must not be changed in any way.
#[allow(clippy::unnecessary_wraps, reason = "the shape of a field's parser")]
fn verbatim(_: &'static str, text: &str) -> Result<String> {
    Ok(text.to_owned())
}

impl Sent {
    /// The new password, if it is confirmed and strong enough.
    fn check(&self) -> Result<NewPassword> {
        if self.password != self.confirmation {
            return Err(Error::rejected("confirmation_differs", "The two new passwords differ."));
        }
        NewPassword::parse(&self.password, choices::PASSWORD)
    }
}
