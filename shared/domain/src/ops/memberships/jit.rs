//! Joining without an invitation, just in time: whoever proves an address of certain domains joins an organization, with
//! certain roles.

use serde_json::{Value as Json, json};

use crate::error::{Error, Result};
use crate::model::{
    Changes, EmailDomain, Event, EventType, IdSet, OrganizationId, PrincipalId, PrincipalKind, Role, RoleId,
};
use crate::ops::ctx::{Ctx, Work};
use crate::ops::faults::unknown_reference;
use crate::ops::grants::check_roles;
use crate::policy::Action;
use crate::store::DbError;
use crate::store::paging::{Page, Window};

/// Domains whose users join an organization, by name. An organization that does not exist has none.
pub async fn domains(ctx: &Ctx<'_>, organization: OrganizationId, window: Window) -> Result<Page<String>> {
    Ok(ctx.all(Action::OrganizationRead)?.jit_domains(organization, window).await?)
}

/// Adds a domain. Users who have proven their address before do not join by that.
///
/// # Errors
/// `WrongState` (`unknown_reference`) for an unknown organization; `Conflict` (`name_taken`) when the domain is listed.
pub async fn add_domain(ctx: &Ctx<'_>, organization: OrganizationId, domain: &EmailDomain) -> Result<()> {
    let work = begin(ctx, organization).await?;
    if work.system().add_jit_domains(organization, std::slice::from_ref(domain)).await.map_err(refused)? == 0 {
        return Err(Error::conflict("name_taken", "This domain is listed already."));
    }
    work.save(changed(organization, "jit_domains").with("added", domain.text())).await
}

/// Makes the domains of an organization be exactly these.
///
/// # Errors
/// As [`add_domain`]. With an empty list an unknown organization is none.
pub async fn replace_domains(ctx: &Ctx<'_>, organization: OrganizationId, domains: &[EmailDomain]) -> Result<()> {
    let work = begin(ctx, organization).await?;
    work.system().keep_jit_domains(organization, domains).await?;
    work.system().add_jit_domains(organization, domains).await.map_err(refused)?;
    work.save(changed(organization, "jit_domains").with("count", domains.len())).await
}

/// Removes a domain, whatever the case of its letters. Who has joined by it stays.
///
/// # Errors
/// `NotFound`.
pub async fn remove_domain(ctx: &Ctx<'_>, organization: OrganizationId, domain: &str) -> Result<()> {
    let domain = domain.to_lowercase();
    let work = begin(ctx, organization).await?;
    if !work.system().remove_jit_domain(organization, &domain).await? {
        return Err(Error::not_found("Domain"));
    }
    work.save(changed(organization, "jit_domains").with("removed", domain)).await
}

/// Roles that come with joining by domain, by name. An organization that does not exist has none.
pub async fn roles(ctx: &Ctx<'_>, organization: OrganizationId, window: Window) -> Result<Page<Role>> {
    Ok(ctx.all(Action::OrganizationRead)?.jit_roles(organization, window).await?)
}

/// Adds roles; those that are listed already stay.
///
/// # Errors
/// `WrongState`: `wrong_kind` for a role of service accounts, then `unknown_reference` for an unknown organization or role.
pub async fn add_roles(ctx: &Ctx<'_>, organization: OrganizationId, roles: &IdSet<RoleId>) -> Result<()> {
    let work = begin(ctx, organization).await?;
    insert_roles(&work, organization, roles).await?;
    work.save(changed(organization, "jit_roles").with("added", roles.audited())).await
}

/// Makes the roles be exactly these.
///
/// # Errors
/// As [`add_roles`]. With an empty list an unknown organization is none.
pub async fn replace_roles(ctx: &Ctx<'_>, organization: OrganizationId, roles: &IdSet<RoleId>) -> Result<()> {
    let work = begin(ctx, organization).await?;
    if !roles.is_empty() {
        insert_roles(&work, organization, roles).await?;
    }
    work.system().keep_jit_roles(organization, roles).await?;
    work.save(changed(organization, "jit_roles").with("now", roles.audited())).await
}

/// Takes a role off the list. Who holds it keeps it.
///
/// # Errors
/// `NotFound`.
pub async fn remove_role(ctx: &Ctx<'_>, organization: OrganizationId, role: RoleId) -> Result<()> {
    let work = begin(ctx, organization).await?;
    if !work.system().remove_jit_role(organization, role).await? {
        return Err(Error::not_found("Role"));
    }
    work.save(changed(organization, "jit_roles").with("removed", role.get())).await
}

/// Lets a user join whose address was proven just now, for the first time and by a code from a mail, if it `is_due`. What
/// was held before stays as it is. Returns the audit detail.
pub(in crate::ops) async fn join(ctx: &Ctx<'_>, work: &Work<'_>, user: PrincipalId, is_due: bool) -> Result<Json> {
    if !is_due {
        return Ok(json!({}));
    }
    let (store, now) = (work.system(), ctx.now());
    let joined = store.add_memberships_by_domain(user, now).await?;
    if !joined.is_empty() {
        store.give_joined_roles(&joined, user, now).await?;
    }
    let joined: Vec<i64> = joined.into_iter().map(OrganizationId::get).collect();
    Ok(json!({ "joined": joined }))
}

async fn insert_roles(work: &Work<'_>, organization: OrganizationId, roles: &IdSet<RoleId>) -> Result<()> {
    check_roles(PrincipalKind::User, roles, &work.system().roles_named(roles, &[]).await?)?;
    work.system().add_jit_roles(organization, roles).await.map_err(refused)
}

async fn begin<'c>(ctx: &'c Ctx<'_>, organization: OrganizationId) -> Result<Work<'c>> {
    let work = ctx.begin_all(Action::OrganizationUpdate).await?;
    Ok(work.concerning(Some(organization)))
}

fn changed(organization: OrganizationId, what: &'static str) -> Event {
    let mut changes = Changes::default();
    changes.untold(what);
    EventType::OrganizationUpdated.on(organization).changed(&changes)
}

fn refused(error: DbError) -> Error {
    if error == DbError::ForeignKey { unknown_reference("The organization") } else { error.into() }
}
