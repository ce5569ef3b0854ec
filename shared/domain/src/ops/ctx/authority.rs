//! From a credential to an authority: each kit says how its tokens are read.

use std::fmt;

use crate::error::{Error, Result};
use crate::policy::{Action, Authority};
use crate::store::callers::CallerRow;

/// What must be known of a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wants<'a> {
    /// Roles.
    Roles,
    /// Roles, and whether the scope `all` of the resource with this indicator is held.
    Management(&'a str),
    /// Roles, the account role, memberships, and the limits of the API key that is calling.
    Account,
}

/// What an authority is drawn from: what a credential says, weighed with what the store knows. It is asked again under the
/// write lock, so whatever was taken away meanwhile counts.
pub trait AuthoritySource: fmt::Debug {
    /// What must be known.
    fn wants(&self) -> Wants<'_>;

    /// The authority of the caller `row`.
    ///
    /// # Errors
    /// `Unauthenticated` when the credential says what cannot be.
    fn authority(&self, row: &CallerRow) -> Result<Authority>;

    /// What a caller is told who may not do `action` to anything.
    fn refusal(&self, action: Action) -> Error;
}

/// By the roles of the caller alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByRoles;

impl AuthoritySource for ByRoles {
    fn wants(&self) -> Wants<'_> {
        Wants::Roles
    }

    fn authority(&self, _row: &CallerRow) -> Result<Authority> {
        Ok(Authority::Roles)
    }

    fn refusal(&self, _action: Action) -> Error {
        Error::forbidden("None of your roles allows this.")
    }
}
