//! Joining without an invitation, just in time: whoever proves an address of certain domains joins an organization, with
//! certain roles.

use serde_json::{Value as Json, json};

use super::member_roles::check_roles;
use super::unknown_reference;
use crate::error::{Error, Result};
use crate::model::{EmailDomain, Event, EventType, IdSet, OrganizationId, PrincipalId, PrincipalKind, Role, RoleId};
use crate::ops::ctx::{Ctx, Work};
use crate::store::DbError;
use crate::store::paging::{Page, Window};

/// Domains whose people join an organization, by name. An organization that does not exist has none.
pub async fn domains(ctx: &Ctx<'_>, organization: &str, window: Window) -> Result<Page<String>> {
    let store = ctx.directory()?;
    let Ok(organization) = organization.parse() else { return Ok(Page { total: 0, items: Vec::new() }) };
    Ok(store.jit_domains(organization, window).await?)
}

/// Adds a domain. People who have proven their address before do not join by that.
///
/// # Errors
/// `WrongState` (`unknown_reference`) for an unknown organization; `Conflict` (`name_taken`) when the domain is listed.
pub async fn add_domain(ctx: &Ctx<'_>, organization: &str, domain: &EmailDomain) -> Result<OrganizationId> {
    ctx.authorize_directory()?;
    let organization = parse(organization)?;
    let work = ctx.begin_directory().await?;
    work.system().add_jit_domain(organization, domain).await.map_err(refused)?;
    save(
        work,
        organization,
        EventType::OrganizationUpdated
            .on(organization)
            .with("changed", json!(["jit_domains"]))
            .with("added", domain.text()),
    )
    .await?;
    Ok(organization)
}

/// Makes the domains of an organization be exactly these.
///
/// # Errors
/// As [`add_domain`]. With an empty list an unknown organization is none.
pub async fn replace_domains(ctx: &Ctx<'_>, organization: &str, domains: &[EmailDomain]) -> Result<()> {
    ctx.authorize_directory()?;
    let organization = match parse(organization) {
        Err(_) if domains.is_empty() => return Ok(()),
        other => other?,
    };
    let work = ctx.begin_directory().await?;
    work.system().replace_jit_domains(organization, domains).await.map_err(refused)?;
    save(
        work,
        organization,
        EventType::OrganizationUpdated
            .on(organization)
            .with("changed", json!(["jit_domains"]))
            .with("count", domains.len()),
    )
    .await
}

/// Removes a domain, whatever the case of its letters. Who has joined by it stays.
///
/// # Errors
/// `NotFound`.
pub async fn remove_domain(ctx: &Ctx<'_>, organization: &str, domain: &str) -> Result<()> {
    ctx.authorize_directory()?;
    let not_found = || Error::not_found("Domain");
    let organization = organization.parse().map_err(|_| not_found())?;
    let domain = domain.to_lowercase();
    let work = ctx.begin_directory().await?;
    if !work.system().remove_jit_domain(organization, &domain).await? {
        return Err(not_found());
    }
    save(
        work,
        organization,
        EventType::OrganizationUpdated.on(organization).with("changed", json!(["jit_domains"])).with("removed", domain),
    )
    .await
}

/// Roles that come with joining by domain, by name. An organization that does not exist has none.
pub async fn roles(ctx: &Ctx<'_>, organization: &str, window: Window) -> Result<Page<Role>> {
    let store = ctx.directory()?;
    let Ok(organization) = organization.parse() else { return Ok(Page { total: 0, items: Vec::new() }) };
    Ok(store.jit_roles(organization, window).await?)
}

/// Adds roles; those that are listed already stay.
///
/// # Errors
/// `WrongState`: `wrong_kind` for a role of machines, then `unknown_reference` for an unknown organization or role.
pub async fn add_roles(ctx: &Ctx<'_>, organization: &str, roles: &IdSet<RoleId>) -> Result<()> {
    ctx.authorize_directory()?;
    let organization = parse(organization)?;
    let work = ctx.begin_directory().await?;
    insert_roles(&work, organization, roles).await?;
    save(
        work,
        organization,
        EventType::OrganizationUpdated
            .on(organization)
            .with("changed", json!(["jit_roles"]))
            .with("count", roles.ids().len()),
    )
    .await
}

/// Makes the roles be exactly these.
///
/// # Errors
/// As [`add_roles`]. With an empty list an unknown organization is none.
pub async fn replace_roles(ctx: &Ctx<'_>, organization: &str, roles: &IdSet<RoleId>) -> Result<()> {
    ctx.authorize_directory()?;
    let organization = match parse(organization) {
        Err(_) if roles.is_empty() => return Ok(()),
        other => other?,
    };
    let work = ctx.begin_directory().await?;
    if !roles.is_empty() {
        insert_roles(&work, organization, roles).await?;
    }
    work.system().keep_jit_roles(organization, roles).await?;
    save(
        work,
        organization,
        EventType::OrganizationUpdated
            .on(organization)
            .with("changed", json!(["jit_roles"]))
            .with("count", roles.ids().len()),
    )
    .await
}

/// Takes a role off the list. Who holds it keeps it.
///
/// # Errors
/// `NotFound`.
pub async fn remove_role(ctx: &Ctx<'_>, organization: &str, role: &str) -> Result<()> {
    ctx.authorize_directory()?;
    let not_found = || Error::not_found("Role");
    let organization = organization.parse().map_err(|_| not_found())?;
    let role: RoleId = role.parse().map_err(|_| not_found())?;
    let work = ctx.begin_directory().await?;
    if !work.system().remove_jit_role(organization, role).await? {
        return Err(not_found());
    }
    save(
        work,
        organization,
        EventType::OrganizationUpdated
            .on(organization)
            .with("changed", json!(["jit_roles"]))
            .with("removed", role.get()),
    )
    .await
}

/// Lets a person join whose address was proven just now, for the first time and by a code from a mail, if it `is_due`. What
/// was held before stays as it is. Gives what the audit says about it.
pub(in crate::ops) async fn join(ctx: &Ctx<'_>, work: &Work<'_>, person: PrincipalId, is_due: bool) -> Result<Json> {
    if !is_due {
        return Ok(json!({}));
    }
    let joined = work.system().join_by_domain(person, ctx.now()).await?;
    let joined: Vec<i64> = joined.into_iter().map(OrganizationId::get).collect();
    Ok(json!({ "joined": joined }))
}

async fn insert_roles(work: &Work<'_>, organization: OrganizationId, roles: &IdSet<RoleId>) -> Result<()> {
    check_roles(PrincipalKind::User, roles, &work.system().roles_named(roles, &[]).await?)?;
    work.system().add_jit_roles(organization, roles).await.map_err(refused)
}

async fn save(work: Work<'_>, organization: OrganizationId, event: Event) -> Result<()> {
    work.concerning(Some(organization)).save(event).await
}

fn parse(organization: &str) -> Result<OrganizationId> {
    organization.parse().map_err(|_| unknown_reference("The organization"))
}

fn refused(error: DbError) -> Error {
    match error {
        DbError::Unique(_) => Error::conflict("name_taken", "This domain is listed already."),
        DbError::ForeignKey => unknown_reference("The organization"),
        other => other.into(),
    }
}
