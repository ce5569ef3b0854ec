//! Who is in which organization. People and machines follow the same rules.

use serde_json::{Value as Json, json};

use super::{may_change_account, unknown_reference};
use crate::error::{Error, Result};
use crate::model::{EventType, IdSet, OrganizationId, PrincipalId, PrincipalKind};
use crate::ops::ctx::{Ctx, Work};
use crate::store::directory::member_applications::MemberApplication;
use crate::store::directory::memberships::MemberUser;
use crate::store::organizations::joined::OrganizationWithRoles;
use crate::store::paging::{Page, Window};

/// Most ids that an audit event names; of more it tells the number.
const MOST_IN_AUDIT: usize = 100;

/// People of an organization, by id, with their organization roles there. `search` is in lower case, `role` limits the
/// list to its holders. An organization that does not exist has nobody, and so has a role.
pub async fn people(
    ctx: &Ctx<'_>,
    organization: &str,
    window: Window,
    search: Option<&str>,
    role: Option<&str>,
) -> Result<Page<MemberUser>> {
    let store = ctx.directory()?;
    let nobody = Page { total: 0, items: Vec::new() };
    let Ok(organization) = organization.parse() else { return Ok(nobody) };
    let Ok(role) = role.map(str::parse).transpose() else { return Ok(nobody) };
    Ok(store.organization_people(organization, window, search, role).await?)
}

/// Machines of an organization, by id, with their organization roles there. `search` is in lower case. An organization
/// that does not exist has none.
pub async fn applications(
    ctx: &Ctx<'_>,
    organization: &str,
    window: Window,
    search: Option<&str>,
) -> Result<Page<MemberApplication>> {
    let store = ctx.directory()?;
    let Ok(organization) = organization.parse() else { return Ok(Page { total: 0, items: Vec::new() }) };
    Ok(store.organization_applications(organization, window, search).await?)
}

/// The organizations that a user is in, with the roles held there.
///
/// # Errors
/// `NotFound`.
pub async fn of_user(ctx: &Ctx<'_>, id: PrincipalId) -> Result<Vec<OrganizationWithRoles>> {
    let page = ctx.directory()?.organizations_of(id, PrincipalKind::User, Window::ALL).await?;
    page.map(|page| page.items).ok_or_else(|| Error::not_found("User"))
}

/// Adds members without roles. Whoever is in already stays as is.
///
/// # Errors
/// `WrongState`: `wrong_kind` for a machine that cannot act for itself, `unknown_reference` when the organization or one of
/// the list is unknown; nobody is added then.
pub async fn add(ctx: &Ctx<'_>, organization: &str, kind: PrincipalKind, listed: &IdSet<PrincipalId>) -> Result<()> {
    ctx.authorize_directory()?;
    let organization = organization.parse().map_err(|_| unknown_reference("The organization"))?;
    let work = ctx.begin_directory().await?;
    check(&work, organization, kind, listed).await?;
    work.system().add_members(organization, kind, listed, ctx.now()).await?;
    let target = Some(organization.get());
    work.concerning(Some(organization))
        .save(EventType::MembershipAdded.about(target).detailed(detail(kind, listed)))
        .await
}

/// Makes the members of a kind be exactly those listed. Whoever stays keeps the roles, whoever leaves loses them.
///
/// # Errors
/// As [`add`]; with an empty list an unknown organization is none. `Forbidden` when an account of the platform's operator
/// would have to leave.
pub async fn replace(
    ctx: &Ctx<'_>,
    organization: &str,
    kind: PrincipalKind,
    listed: &IdSet<PrincipalId>,
) -> Result<()> {
    ctx.authorize_directory()?;
    let organization: OrganizationId = match organization.parse() {
        Ok(organization) => organization,
        Err(_) if listed.is_empty() => return Ok(()),
        Err(_) => return Err(unknown_reference("The organization")),
    };
    let work = ctx.begin_directory().await?;
    if !listed.is_empty() {
        check(&work, organization, kind, listed).await?;
        work.system().add_members(organization, kind, listed, ctx.now()).await?;
    }
    may_change_account(ctx, &work.system().platform_rights_in(organization, Some(kind), listed).await?)?;
    work.system().keep_only_members(organization, kind, listed, ctx.now()).await?;
    let target = Some(organization.get());
    work.concerning(Some(organization))
        .save(EventType::MembershipReplaced.about(target).detailed(detail(kind, listed)))
        .await
}

/// Removes a member with the roles held there. The account stays.
///
/// # Errors
/// `NotFound`; `Forbidden` for an account of the platform's operator.
pub async fn remove(ctx: &Ctx<'_>, organization: &str, kind: PrincipalKind, member: &str) -> Result<()> {
    ctx.authorize_directory()?;
    let not_found = || Error::not_found("Member");
    let organization: OrganizationId = organization.parse().map_err(|_| not_found())?;
    let member: PrincipalId = member.parse().map_err(|_| not_found())?;
    let work = ctx.begin_directory().await?;
    may_change_account(ctx, &work.system().platform_rights_of(member).await?)?;
    if !work.system().remove_membership(organization, kind, member, ctx.now()).await? {
        return Err(not_found());
    }
    let detail = json!({ "organization": organization.get() });
    work.concerning(Some(organization)).save(EventType::MembershipRemoved.on(member).detailed(detail)).await
}

async fn check(
    work: &Work<'_>,
    organization: OrganizationId,
    kind: PrincipalKind,
    listed: &IdSet<PrincipalId>,
) -> Result<()> {
    let found = work.system().check_listed(organization, kind, listed).await?;
    if kind == PrincipalKind::ServiceAccount && found.passive > 0 {
        return Err(super::wrong_kind("Only an application that acts for itself can be in an organization."));
    }
    if !found.organization_exists {
        return Err(unknown_reference("The organization"));
    }
    if listed.has_strangers() || found.known < listed.ids().len() {
        return Err(unknown_reference("A member"));
    }
    Ok(())
}

/// Who it was about.
pub(super) fn detail(kind: PrincipalKind, listed: &IdSet<PrincipalId>) -> Json {
    let ids: Vec<i64> = listed.ids().iter().take(MOST_IN_AUDIT).map(|id| id.get()).collect();
    json!({ "kind": kind.as_str(), "members": ids, "count": listed.ids().len() })
}
