//! From a token to an authority: the scope `all` of the management resource, and nothing else (contract, "Auth").

use iam_domain::error::{Error, Result};
use iam_domain::ops::{AuthoritySource, Wants};
use iam_domain::policy::{Action, Authority};
use iam_domain::store::callers::CallerRow;

/// The scope that allows everything there is to the management resource.
const MANAGEMENT_SCOPE: &str = "all";

/// What an access token for the management resource says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Management {
    /// Indicator of the resource; `None`: the token has not its scope `all`.
    resource: Option<String>,
}

impl Management {
    /// Of a token with these scopes.
    pub fn of(resource: String, scope: &str) -> Self {
        Self { resource: Some(resource).filter(|_| scope.split(' ').any(|word| word == MANAGEMENT_SCOPE)) }
    }
}

impl AuthoritySource for Management {
    fn wants(&self) -> Wants<'_> {
        self.resource.as_deref().map_or(Wants::Roles, Wants::Management)
    }

    /// The original trusts the token for its hour; here the owner must still hold the scope.
    fn authority(&self, row: &CallerRow) -> Result<Authority> {
        Ok(match &self.resource {
            Some(resource) if row.is_manager => Authority::Installation { resource: resource.clone() },
            _ => Authority::Table(Box::default()),
        })
    }

    fn refusal(&self, _action: Action) -> Error {
        Error::forbidden("The scope all is needed.")
    }
}
