//! What one caller of the IDAH API may do, and on which rows.

use iam_domain::policy::{AccountRole, ApiPermission};

use super::rows::{self, Row};
use super::scope::RightScope;

/// Rights of a role or of an API key, in the order of the catalogue.
#[derive(Debug, Clone)]
pub struct AccountRights(Holder);

#[derive(Debug, Clone)]
enum Holder {
    Role(AccountRole),
    Key(Vec<ApiPermission>),
}

impl AccountRights {
    /// Rights of an account with `role`; none if the catalogue does not have it.
    pub fn of_role(role: AccountRole) -> Self {
        Self(Holder::Role(role))
    }

    /// Rights of an API key with `permissions`: every key reads the account that owns it, and may do what each
    /// permission allows.
    pub fn of_permissions(permissions: &[ApiPermission]) -> Self {
        Self(Holder::Key(permissions.to_vec()))
    }

    /// Right strings as a login shows them, `<resource>.<action>.<scope>`. What every key may do is not among them.
    pub fn texts(&self) -> Vec<String> {
        match &self.0 {
            Holder::Role(role) => rows::of_role(*role).iter().flat_map(Row::texts).collect(),
            Holder::Key(permissions) => permissions
                .iter()
                .flat_map(|permission| rows::of_permission(*permission))
                .flat_map(Row::texts)
                .collect(),
        }
    }

    /// Scope in which `action` on `resource` is allowed; `None` = not at all. The first right that is about both
    /// decides. Of a key's permissions the last one that has such a right decides, even if it allows less.
    pub fn scope(&self, resource: &str, action: &str) -> Option<&'static RightScope> {
        if let Some(scope) = self.session_scope(resource, action) {
            return Some(scope);
        }
        match &self.0 {
            Holder::Role(role) => first(rows::of_role(*role), resource, action),
            Holder::Key(permissions) => permissions
                .iter()
                .rev()
                .find_map(|permission| first(rows::of_permission(*permission), resource, action))
                .or_else(|| first(rows::EVERY_KEY, resource, action)),
        }
    }

    /// Sessions are read and ended by whoever they belong to, and all of them by administrators and services. The
    /// catalogue names nobody but services; the contract asks for this instead (`account_sessions.index`), without it
    /// showing among the right strings.
    fn session_scope(&self, resource: &str, action: &str) -> Option<&'static RightScope> {
        if resource != "iam:account_sessions" || !matches!(action, "read" | "delete") {
            return None;
        }
        match self.0 {
            Holder::Role(AccountRole::System | AccountRole::Admin) => Some(&RightScope::All),
            Holder::Role(AccountRole::OrgOwner | AccountRole::User) | Holder::Key(_) => Some(&RightScope::Own),
            Holder::Role(AccountRole::ApiService) => None,
        }
    }
}

/// Scope of the first of `rows` that is about `resource` and `action`.
pub(super) fn first(rows: &'static [Row], resource: &str, action: &str) -> Option<&'static RightScope> {
    rows.iter().find(|row| row.is_about(resource, action)).map(Row::scope)
}

impl Row {
    fn texts(&self) -> impl Iterator<Item = String> {
        let scope = self.scope().text();
        self.pairs().map(move |(resource, action)| format!("{resource}.{action}.{scope}"))
    }
}
