//! Attributes of accounts as they come in.

use iam_domain::error::Error;
use iam_domain::model::{Patch, RoleScope};
use iam_wire::dialect::idah::name;
use iam_wire::shapes::jsonapi::Attributes;

/// A name, of somebody or of a login service; an empty one is none.
pub fn short(input: &mut Attributes, key: &'static str) -> Patch<String> {
    match name(input, key) {
        Patch::Set(text) if text.is_empty() => Patch::Clear,
        other => other,
    }
}

/// Whether the account is enabled; never null.
pub fn enabled(input: &mut Attributes) -> Option<bool> {
    match input.boolean("enabled") {
        Patch::Keep => None,
        Patch::Clear => input.fault("enabled", "must be a boolean"),
        Patch::Set(value) => Some(value),
    }
}

/// The role scope; never null.
pub fn role_scope(input: &mut Attributes) -> Option<RoleScope> {
    let object = match input.object("role_scope") {
        Patch::Keep => return None,
        Patch::Clear => return input.fault("role_scope", "must be a hash"),
        Patch::Set(object) => object,
    };
    let refuse = |error: Error| input.fault("role_scope", error.message().to_owned());
    RoleScope::parse("role_scope", object).map_or_else(refuse, Some)
}
