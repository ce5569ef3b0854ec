//! What is read under `/account/passwords` (contracts/idah.md).

use iam_domain::model::NewPassword;
use iam_wire::dialect::idah::choices;
use iam_wire::shapes::jsonapi::Attributes;

/// A new password that must be there, and keep to the rule; `None` when there was a fault.
pub(super) fn new_password(input: &mut Attributes, key: &'static str) -> Option<NewPassword> {
    let text = input.required(key)?;
    match NewPassword::parse(&text, choices::PASSWORD) {
        Ok(password) => Some(password),
        Err(weak) => input.fault(key, weak.message().to_owned()),
    }
}
