//! Scopes in roles.

use crate::error::{Error, Result};
use crate::model::{Changes, Event, EventType, IdSet, PrincipalKind, RoleFamily, RoleId, ScopeId};
use crate::ops::ctx::{Ctx, Work};
use crate::ops::faults::{unknown_reference, wrong_kind};
use crate::ops::installation::management;
use crate::policy::Action;
use crate::store::paging::{Page, Window};

pub use crate::store::roles::scopes::{HeldScope, ScopeKind};

/// Scopes of both kinds, as they were named.
#[derive(Debug, Clone)]
pub struct ScopeIds {
    /// Of organizations.
    pub organization: IdSet<ScopeId>,
    /// Of resources.
    pub resource: IdSet<ScopeId>,
}

impl ScopeIds {
    /// From the texts.
    pub fn of(organization: &[String], resource: &[String]) -> Self {
        Self { organization: IdSet::of(organization), resource: IdSet::of(resource) }
    }

    /// From the texts, which all name scopes of one kind.
    pub fn of_kind(kind: ScopeKind, ids: &[String]) -> Self {
        match kind {
            ScopeKind::Organization => Self::of(ids, &[]),
            ScopeKind::Resource => Self::of(&[], ids),
        }
    }

    fn is_empty(&self) -> bool {
        self.organization.is_empty() && self.resource.is_empty()
    }

    fn sets(&self) -> [&IdSet<ScopeId>; 2] {
        [&self.organization, &self.resource]
    }
}

/// Scopes of one kind in a role, by name.
pub async fn list(
    ctx: &Ctx<'_>,
    family: RoleFamily,
    role: RoleId,
    kind: ScopeKind,
    window: Window,
) -> Result<Page<HeldScope>> {
    let store = ctx.all(Action::RoleRead)?;
    store.scopes_of_role(family, role, kind, window).await?.ok_or_else(no_role)
}

/// Puts scopes into a role. One of the template may hold some of them already; of the others all that they hold then is
/// returned.
///
/// # Errors
/// For the role `WrongState` (`unknown_reference`) in the template, else `NotFound` and `Conflict` (`scope_held`); for a
/// scope `WrongState`: `unknown_reference`, `wrong_kind`; `Conflict` (`management_scope`).
pub async fn add(ctx: &Ctx<'_>, family: RoleFamily, role: RoleId, scopes: &ScopeIds) -> Result<Vec<HeldScope>> {
    let work = ctx.begin_all(Action::RoleWrite).await?;
    let store = work.system();
    let is_tenants = family == RoleFamily::Tenant;
    let missing = || if is_tenants { not_found(family) } else { unknown_role() };
    let found = store.role(family, role).await?.ok_or_else(missing)?;
    if is_tenants && store.holds_any_scope(role, &scopes.resource).await? {
        return Err(Error::conflict("scope_held", "The role has one of these scopes already."));
    }
    check(ctx, &work, family, found.holder, scopes).await?;
    insert(&work, role, scopes).await?;
    let held =
        if is_tenants { store.scopes_of_role(family, role, ScopeKind::Resource, Window::ALL).await? } else { None };
    work.save(changed(role, "added", scopes)).await?;
    Ok(held.map(|page| page.items).unwrap_or_default())
}

/// Makes the scopes of one kind in a role of the template exactly these. To leave none in a role that there is not changes
/// nothing and is no error.
///
/// # Errors
/// As [`add`].
pub async fn replace(ctx: &Ctx<'_>, role: RoleId, kind: ScopeKind, ids: &[String]) -> Result<()> {
    let scopes = ScopeIds::of_kind(kind, ids);
    let work = ctx.begin_all(Action::RoleWrite).await?;
    let Some(found) = work.system().role(RoleFamily::Template, role).await? else {
        return if scopes.is_empty() { Ok(()) } else { Err(unknown_role()) };
    };
    check(ctx, &work, RoleFamily::Template, found.holder, &scopes).await?;
    let kept = match kind {
        ScopeKind::Organization => &scopes.organization,
        ScopeKind::Resource => &scopes.resource,
    };
    work.system().keep_role_scopes(role, kind, kept).await?;
    insert(&work, role, &scopes).await?;
    work.save(changed(role, "now", &scopes)).await
}

/// Takes a scope out of a role.
///
/// # Errors
/// `NotFound`, also when the role does not hold it; outside organizations as [`delete`](super::delete).
pub async fn remove(ctx: &Ctx<'_>, family: RoleFamily, role: RoleId, kind: ScopeKind, scope: ScopeId) -> Result<()> {
    let work = ctx.begin_all(Action::RoleWrite).await?;
    let is_tenants = family == RoleFamily::Tenant;
    if is_tenants {
        management::guard(ctx, Action::RoleWrite, &work.system().platform_rights_of_holders(role).await?)?;
    }
    if !work.system().take_role_scope(family, role, kind, scope).await? {
        return Err(Error::not_found("Scope in this role"));
    }
    if is_tenants {
        management::keep_manager(ctx, &work).await?;
    }
    work.save(changed(role, "removed", &ScopeIds::of_kind(kind, &[scope.to_string()]))).await
}

/// Fails unless there are all of these scopes, each of its kind, and a role of that family and holder may have them: those
/// of the management resource mean something outside organizations only, and only service accounts hold them.
pub(super) async fn check(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    family: RoleFamily,
    holder: PrincipalKind,
    scopes: &ScopeIds,
) -> Result<()> {
    if scopes.is_empty() {
        return Ok(());
    }
    let ScopeIds { organization, resource } = scopes;
    let caller = ctx.caller()?;
    let known = work.system().known_scopes(organization, resource, management::resource(&caller)).await?;
    let has_invalid_ids = scopes.sets().iter().any(|set| set.has_invalid_ids());
    if has_invalid_ids || known.organization < organization.ids().len() || known.resource < resource.ids().len() {
        return Err(unknown_reference("A scope"));
    }
    match (family, holder) {
        (RoleFamily::Template, _) if known.management > 0 => {
            Err(wrong_kind("Scopes of the management resource are for roles outside organizations only."))
        }
        (RoleFamily::Tenant, PrincipalKind::User) if known.management > 0 => {
            let message = "Scopes of the management resource are for roles of machines only.";
            Err(Error::conflict("management_scope", message))
        }
        (RoleFamily::Template | RoleFamily::Tenant, _) => Ok(()),
    }
}

/// Puts scopes that were checked into a role.
pub(super) async fn insert(work: &Work<'_>, role: RoleId, scopes: &ScopeIds) -> Result<()> {
    for set in scopes.sets() {
        if !set.is_empty() {
            work.system().add_role_scopes(role, set).await?;
        }
    }
    Ok(())
}

fn changed(role: RoleId, what: &'static str, scopes: &ScopeIds) -> Event {
    let mut changes = Changes::default();
    changes.untold("scopes");
    let listed = IdSet::of(&[]).with(scopes.sets().into_iter().flat_map(|set| set.ids().iter().copied()));
    EventType::RoleUpdated.on(role).changed(&changes).with(what, listed.audited())
}

pub(super) fn not_found(family: RoleFamily) -> Error {
    Error::not_found(match family {
        RoleFamily::Template => "Organization role",
        RoleFamily::Tenant => "Role",
    })
}

fn no_role() -> Error {
    Error::not_found("Role")
}

fn unknown_role() -> Error {
    unknown_reference("The role")
}
