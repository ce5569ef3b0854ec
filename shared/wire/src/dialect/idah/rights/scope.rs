//! How far a right goes.

use std::borrow::Cow;

use iam_domain::policy::ApiPermission;

/// Matches every resource, every action; as a scope, every row.
pub(super) const ANY: &str = "*";

/// The rows a right is about, or what may be handed out by it. What a scope means for a resource is said where the
/// resource is read; one that the resource does not know allows nothing there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RightScope {
    /// `*`: all rows.
    All,
    /// `own`: the caller's own.
    Own,
    /// `as_user`: what the caller is a member of.
    AsUser,
    /// `as_org_owner`: what belongs to the organizations in the caller's scope.
    AsOrgOwner,
    /// `{a, b}`: the permissions that the caller may give to API keys.
    Names(Vec<ApiPermission>),
}

impl RightScope {
    /// Last part of a right string.
    pub(super) fn text(&self) -> Cow<'static, str> {
        match self {
            Self::All => ANY.into(),
            Self::Own => "own".into(),
            Self::AsUser => "as_user".into(),
            Self::AsOrgOwner => "as_org_owner".into(),
            Self::Names(permissions) => {
                let names: Vec<&str> = permissions.iter().map(|permission| permission.as_str()).collect();
                format!("{{{}}}", names.join(", ")).into()
            }
        }
    }
}
