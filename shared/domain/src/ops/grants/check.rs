//! Who holds roles that callers have defined, and which.

use std::collections::{HashMap, HashSet};

use crate::error::{Error, Result};
use crate::model::{IdSet, OrganizationId, PrincipalId, PrincipalKind, Role, RoleId};
use crate::ops::ctx::{Ctx, Work};
use crate::ops::faults::{unknown_reference, wrong_kind};
use crate::policy::Action;

/// A principal that holds roles: organization roles as a member, or tenant roles outside organizations.
#[derive(Debug, Clone, Copy)]
pub struct Holder {
    /// Organization; `None`: outside of any.
    pub organization: Option<OrganizationId>,
    /// User or service account.
    pub kind: PrincipalKind,
    /// Which.
    pub id: PrincipalId,
}

impl Holder {
    /// What is said where there is no such principal.
    pub(super) fn missing(self) -> Error {
        match self.organization {
            Some(_) => Error::rejected("not_a_member", "There is no such member of the organization."),
            None => Error::not_found("Application"),
        }
    }

    /// What is said of a role that is not held.
    pub(super) fn not_held(self) -> Error {
        Error::not_found(if self.organization.is_some() { "Role of this member" } else { "Role of this application" })
    }

    /// Fails unless the caller reaches the holder with `action`.
    pub(super) fn check_reach(self, ctx: &Ctx<'_>, action: Action) -> Result<()> {
        let reach = ctx.reach(action)?;
        let is_reached = self.organization.map_or_else(|| reach.is_all(), |id| reach.has_organization(id));
        if is_reached { Ok(()) } else { Err(self.missing()) }
    }

    /// Begins writes of grants to the holder.
    pub(super) async fn begin<'c>(self, ctx: &'c Ctx<'_>) -> Result<Work<'c>> {
        let (work, _) = ctx.begin_for(Action::GrantWrite).await?;
        self.check_reach(ctx, Action::GrantWrite)?;
        Ok(work.concerning(self.organization))
    }
}

/// Roles as a caller names them.
#[derive(Debug, Clone)]
pub struct NamedRoles {
    /// By id.
    pub ids: IdSet<RoleId>,
    /// By name, which is compared exactly.
    pub names: Vec<String>,
}

/// The roles that are named, if the member may hold them: those by id first.
pub(super) async fn resolve(
    work: &Work<'_>,
    organization: OrganizationId,
    member: Holder,
    named: &NamedRoles,
) -> Result<IdSet<RoleId>> {
    if !work.system().is_member(organization, member.kind, member.id).await? {
        return Err(member.missing());
    }
    let found = work.system().roles_named(&named.ids, &named.names).await?;
    let by_name: HashMap<&str, RoleId> = found.iter().map(|role| (role.name.as_str(), role.id)).collect();
    let unknown = || Error::rejected("unknown_role_names", "A role name is unknown.");
    let by_name = named.names.iter().map(|name| by_name.get(name.as_str()).copied().ok_or_else(unknown));
    let all = named.ids.clone().with(by_name.collect::<Result<Vec<_>>>()?);
    check_roles(member.kind, &all, &found)?;
    Ok(all)
}

/// Fails unless all of `wanted` were found and can be held by a principal of that kind.
pub(in crate::ops) fn check_roles(kind: PrincipalKind, wanted: &IdSet<RoleId>, found: &[Role]) -> Result<()> {
    // What was found was asked for: by id, or by a name that has led to an id.
    if found.iter().any(|role| role.holder != kind) {
        return Err(wrong_kind("A role is for the other kind of member."));
    }
    let known: HashSet<RoleId> = found.iter().map(|role| role.id).collect();
    if wanted.has_invalid_ids() || !wanted.ids().iter().all(|id| known.contains(id)) {
        return Err(unknown_reference("A role"));
    }
    Ok(())
}
