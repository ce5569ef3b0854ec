//! Members of an organization are added, replaced and removed.

use serde_json::{Value as Json, json};

use crate::error::{Error, Result};
use crate::model::{EventType, IdSet, OrganizationId, PrincipalId, PrincipalKind};
use crate::ops::ctx::{Ctx, Work};
use crate::ops::faults::{unknown_reference, wrong_kind};
use crate::ops::installation::management::guard;
use crate::policy::{Action, Kept};

/// Adds members without roles. Who is in already stays as is.
///
/// # Errors
/// `WrongState`: `wrong_kind` for a service account that cannot act for itself, `unknown_reference` when the organization
/// or one of the list is unknown; nobody is added then.
pub async fn add(
    ctx: &Ctx<'_>,
    organization: OrganizationId,
    kind: PrincipalKind,
    listed: &IdSet<PrincipalId>,
) -> Result<()> {
    let work = begin(ctx, organization, || unknown_reference("The organization")).await?;
    check(&work, organization, kind, listed).await?;
    work.system().add_memberships(&[organization], listed.ids(), Some(kind), ctx.now()).await?;
    work.save(EventType::MembershipAdded.on(organization).detailed(detail(kind, listed))).await
}

/// Makes the members of a kind be exactly those listed. Who stays keeps the roles, who leaves loses them.
///
/// # Errors
/// As [`add`]; with an empty list an unknown organization is none. `Forbidden` when a principal of the platform's operator
/// would have to leave; `Conflict` (`last_admin`) when no administrator would be left.
pub async fn replace(
    ctx: &Ctx<'_>,
    organization: OrganizationId,
    kind: PrincipalKind,
    listed: &IdSet<PrincipalId>,
) -> Result<()> {
    let work = begin(ctx, organization, || unknown_reference("The organization")).await?;
    let (store, now) = (work.system(), ctx.now());
    if !listed.is_empty() {
        check(&work, organization, kind, listed).await?;
        store.add_memberships(&[organization], listed.ids(), Some(kind), now).await?;
    }
    let leaving = store.leaving(organization, Some(kind), listed).await?;
    guard(ctx, Action::MembershipWrite, &leaving.rights)?;
    Kept::Organization.check(leaving.admins)?;
    store.keep_only_principals(organization, kind, listed, now).await?;
    work.save(EventType::MembershipReplaced.on(organization).detailed(detail(kind, listed))).await
}

/// Removes a member with the roles held there. The principal stays, at home in this organization no longer.
///
/// # Errors
/// `NotFound`; `Forbidden` for a principal of the platform's operator; `Conflict` (`last_admin`).
pub async fn remove(
    ctx: &Ctx<'_>,
    organization: OrganizationId,
    kind: PrincipalKind,
    member: PrincipalId,
) -> Result<()> {
    let not_found = || Error::not_found("Member");
    let work = begin(ctx, organization, not_found).await?;
    let leaving = work.system().leaving_one(organization, member).await?;
    guard(ctx, Action::MembershipWrite, &leaving.rights)?;
    if !work.system().remove_membership(organization, kind, member, ctx.now()).await? {
        return Err(not_found());
    }
    // Not before: of one who is no member nothing more is told.
    Kept::Organization.check(leaving.admins)?;
    work.save(EventType::MembershipRemoved.on(member).with("organization", organization.get())).await
}

/// Begins writes in an organization that the caller reaches; of any other it is `missing`.
async fn begin<'c>(ctx: &'c Ctx<'_>, organization: OrganizationId, missing: impl Fn() -> Error) -> Result<Work<'c>> {
    let (work, reach) = ctx.begin_for(Action::MembershipWrite).await?;
    if !reach.has_organization(organization) {
        return Err(missing());
    }
    Ok(work.concerning(Some(organization)))
}

async fn check(
    work: &Work<'_>,
    organization: OrganizationId,
    kind: PrincipalKind,
    listed: &IdSet<PrincipalId>,
) -> Result<()> {
    let found = work.system().check_listed(organization, kind, listed).await?;
    if kind == PrincipalKind::ServiceAccount && found.passive > 0 {
        return Err(wrong_kind("Only an application that acts for itself can be in an organization."));
    }
    if !found.organization_exists {
        return Err(unknown_reference("The organization"));
    }
    if listed.has_invalid_ids() || found.known < listed.ids().len() {
        return Err(unknown_reference("A member"));
    }
    Ok(())
}

/// Whom an event is about.
pub(in crate::ops) fn detail(kind: PrincipalKind, listed: &IdSet<PrincipalId>) -> Json {
    json!({ "kind": kind.as_str(), "members": listed.audited(), "count": listed.ids().len() })
}
