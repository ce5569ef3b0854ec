//! Scopes in roles.

use serde_json::json;

use super::{management_resource, unknown_reference, wrong_kind};
use crate::error::{Error, Result};
use crate::model::{EventType, IdSet, RoleFamily, RoleId, ScopeId};
use crate::ops::ctx::{Ctx, Work};
use crate::store::directory::role_scopes::{HeldScope, KnownScopes, ScopeKind};
use crate::store::paging::{Page, Window};

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
    role: &str,
    kind: ScopeKind,
    window: Window,
) -> Result<Page<HeldScope>> {
    let store = ctx.directory()?;
    let role = role.parse().map_err(|_| no_role())?;
    store.scopes_of_role(family, role, kind, window).await?.ok_or_else(no_role)
}

/// Puts scopes into an organization role; it may hold some of them already.
///
/// # Errors
/// `WrongState` (`unknown_reference`) for the role or a scope.
pub async fn add(ctx: &Ctx<'_>, role: &str, scopes: &ScopeIds) -> Result<()> {
    ctx.authorize_directory()?;
    let role = role.parse().map_err(|_| unknown_role())?;
    let work = ctx.begin_directory().await?;
    work.system().role_entry(RoleFamily::Template, role).await?.ok_or_else(unknown_role)?;
    check_of_organizations(ctx, &work, scopes).await?;
    give(&work, role, scopes).await?;
    work.concerning(None).save(EventType::RoleUpdated.on(role).with("changed", json!(["scopes"]))).await
}

/// Makes the scopes of one kind in an organization role exactly these. To leave none in a role that there is not changes
/// nothing and is no error.
///
/// # Errors
/// As [`add`].
pub async fn replace(ctx: &Ctx<'_>, role: &str, kind: ScopeKind, ids: &[String]) -> Result<()> {
    ctx.authorize_directory()?;
    let scopes = ScopeIds::of_kind(kind, ids);
    let without_role = || if scopes.is_empty() { Ok(()) } else { Err(unknown_role()) };
    let Ok(role) = role.parse() else { return without_role() };
    let work = ctx.begin_directory().await?;
    if work.system().role_entry(RoleFamily::Template, role).await?.is_none() {
        return without_role();
    }
    check_of_organizations(ctx, &work, &scopes).await?;
    let kept = match kind {
        ScopeKind::Organization => &scopes.organization,
        ScopeKind::Resource => &scopes.resource,
    };
    work.system().keep_role_scopes(role, kind, kept).await?;
    give(&work, role, &scopes).await?;
    work.concerning(None).save(EventType::RoleUpdated.on(role).with("changed", json!(["scopes"]))).await
}

/// Takes a scope out of an organization role.
///
/// # Errors
/// `NotFound`, also when the role does not hold it.
pub async fn remove(ctx: &Ctx<'_>, role: &str, kind: ScopeKind, scope: &str) -> Result<()> {
    ctx.authorize_directory()?;
    let (role, scope) = parse_both(role, scope)?;
    let work = ctx.begin_directory().await?;
    if !work.system().take_role_scope(RoleFamily::Template, role, kind, scope).await? {
        return Err(not_held());
    }
    work.concerning(None).save(EventType::RoleUpdated.on(role).with("changed", json!(["scopes"]))).await
}

/// Fails unless there are all of these scopes, each of its kind. Tells how many there are of each.
pub(super) async fn check(ctx: &Ctx<'_>, work: &Work<'_>, scopes: &ScopeIds) -> Result<KnownScopes> {
    if scopes.is_empty() {
        return Ok(KnownScopes { organization: 0, resource: 0, management: 0 });
    }
    let ScopeIds { organization, resource } = scopes;
    let caller = ctx.caller()?;
    let known = work.system().known_scopes(organization, resource, management_resource(&caller)).await?;
    let has_strangers = scopes.sets().iter().any(|set| set.has_strangers());
    if has_strangers || known.organization < organization.ids().len() || known.resource < resource.ids().len() {
        return Err(unknown_reference("A scope"));
    }
    Ok(known)
}

/// As [`check`], for an organization role: that holds no scope of the management resource, which means something outside
/// organizations only.
///
/// # Errors
/// As [`check`]; `WrongState` (`wrong_kind`).
pub(super) async fn check_of_organizations(ctx: &Ctx<'_>, work: &Work<'_>, scopes: &ScopeIds) -> Result<()> {
    if check(ctx, work, scopes).await?.management > 0 {
        return Err(wrong_kind("Scopes of the management resource are for roles outside organizations only."));
    }
    Ok(())
}

/// Puts scopes that were checked into a role.
pub(super) async fn give(work: &Work<'_>, role: RoleId, scopes: &ScopeIds) -> Result<()> {
    for set in scopes.sets() {
        if !set.is_empty() {
            work.system().add_role_scopes(role, set).await?;
        }
    }
    Ok(())
}

/// Ids of a role and a scope in it.
pub(super) fn parse_both(role: &str, scope: &str) -> Result<(RoleId, ScopeId)> {
    let role = role.parse().map_err(|_| no_role())?;
    Ok((role, scope.parse().map_err(|_| not_held())?))
}

pub(super) fn not_held() -> Error {
    Error::not_found("Scope in this role")
}

fn no_role() -> Error {
    Error::not_found("Role")
}

fn unknown_role() -> Error {
    unknown_reference("The role")
}
