//! Who may change whom, whichever API it is asked through. Whoever can change a login can take it over, so nobody comes to
//! rights by it that they do not have.

use super::assignable::Assignable;
use super::authority::{Authority, Here, Rank};
use super::permission::Permission;
use super::rights::Rights;
use super::{AccountRole, Action};
use crate::error::{Error, Result};
use crate::model::OrganizationId;

/// The principal that is to be changed.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// Roles held, in every organization and on the platform.
    pub rights: &'a Rights,
    /// Organization where it is at home.
    pub home: Option<OrganizationId>,
    /// Account role, where one was given.
    pub account_role: Option<AccountRole>,
    /// Whether it is the caller.
    pub is_self: bool,
}

/// What of it is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    /// What ties it to organizations: memberships, roles there, invitations.
    Ties,
    /// What it is called, and how it is reached.
    Particulars,
    /// What lets it in, and how high: the address that it logs in with, state, account role, existence.
    Access,
}

/// The caller who changes it.
#[derive(Debug, Clone, Copy)]
pub struct Changer<'a> {
    /// Roles held.
    pub rights: &'a Rights,
    /// What the credential and the roles allow.
    pub authority: &'a Authority,
    /// How the caller stands in the organization acted for.
    pub here: Here,
    /// What it does.
    pub action: Action,
}

impl Changer<'_> {
    /// Fails unless the caller may touch the target so.
    ///
    /// | rule | by roles | manager of the installation | by a table of rights |
    /// |---|---|---|---|
    /// | accounts of the operator: only by who can do as much on the platform | yes | yes | yes |
    /// | who holds a role that no organization gave: only by the platform's own | yes | – | with access, where some organizations are managed alone |
    /// | administrators: only by administrators | yes | – | with access, of organizations that are not managed |
    /// | a higher account role than the caller's: by nobody but oneself | – | – | yes |
    /// | guests: by their home alone | particulars, access | – | particulars, access, where some organizations are managed alone |
    /// | who administers organizations that the caller does not: by nobody of theirs alone | access | – | access |
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn check(&self, target: Target<'_>, touch: Touch) -> Result<()> {
        if !target.rights.is_matched_on_platform_by(self.rights) {
            return Err(operators());
        }
        match self.authority {
            Authority::Roles => self.check_by_roles(target, touch),
            Authority::Installation { .. } => Ok(()),
            Authority::Table(table) => {
                let is_own = target.is_self && !table.is_key;
                if !is_own && rank(target.account_role) > table.rank {
                    return Err(Error::forbidden("This account has a higher role than yours."));
                }
                match table.assignable(self.action) {
                    Assignable::Listed(managed) => check_managed(managed, target, touch, is_own),
                    Assignable::Any | Assignable::None => Ok(()),
                }
            }
        }
    }

    fn check_by_roles(&self, target: Target<'_>, touch: Touch) -> Result<()> {
        if target.rights.is_beyond_organizations() && !self.rights.is_platform() {
            return Err(operators());
        }
        let is_administrator = self.here.permissions.contains(Permission::ServiceAccountManage);
        if target.rights.is_administrator() && !is_administrator {
            return Err(Error::forbidden("Only an administrator may change an administrator."));
        }
        if touch == Touch::Ties || self.rights.is_platform() {
            return Ok(());
        }
        if target.home.is_none() || target.home != self.here.organization {
            return Err(guest());
        }
        let here = self.here.organization.filter(|_| is_administrator);
        let administered: Vec<OrganizationId> = self.rights.administered().chain(here).collect();
        if target.is_self { Ok(()) } else { check_beyond(&administered, target, touch) }
    }
}

fn check_managed(managed: &[OrganizationId], target: Target<'_>, touch: Touch, is_own: bool) -> Result<()> {
    let is_guest = target.home.is_some_and(|home| !managed.contains(&home));
    if touch != Touch::Ties && !is_own && is_guest {
        return Err(guest());
    }
    check_beyond(managed, target, touch)
}

/// Whoever takes over an account takes over the organizations that it administers.
fn check_beyond(administered: &[OrganizationId], target: Target<'_>, touch: Touch) -> Result<()> {
    if touch == Touch::Access && target.rights.administers_beyond(administered) {
        let message = "This account administers organizations that are not yours.";
        return Err(Error::forbidden(message).recoded(ADMINISTERS_BEYOND));
    }
    Ok(())
}

/// Code of the refusal to change who administers organizations that are not among those that are known to be the caller's.
pub const ADMINISTERS_BEYOND: &str = "administers_beyond";

/// How high an account role is. The account that owns the API keys is as high as whoever administers accounts.
pub fn rank(role: Option<AccountRole>) -> Rank {
    role.unwrap_or(AccountRole::User).mask().or_else(|| AccountRole::Admin.mask())
}

fn operators() -> Error {
    Error::forbidden("This account belongs to the platform's operator.")
}

fn guest() -> Error {
    Error::forbidden("This person is a guest here and is managed by another organization.")
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
