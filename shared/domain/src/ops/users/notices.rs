//! Mails about organizations that a user comes to own, or owns no more.

use super::assignable::without;
use crate::error::Result;
use crate::model::{OrganizationId, User};
use crate::ops::ctx::{Ctx, Work};
use crate::policy::AccountRole;
use crate::store::events::notices::{Notices, ScopeChange};
use crate::store::users::read::UserRecord;

/// Template of mails to whoever is an owner now.
const ASSIGNED: &str = "org_owner_role_assigned";
/// Template of mails to whoever was one.
const REMOVED: &str = "org_owner_role_removed";

/// Puts the mails into the outbox that a change of `before` into role and organizations of `after` asks for: one for each
/// organization.
pub(super) async fn mail(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    before: &User<UserRecord>,
    after: &User<UserRecord>,
) -> Result<()> {
    let (old, new) = (&before.data.access, &after.data.access);
    let (template, changes) = match (old.role(), new.role()) {
        (AccountRole::User | AccountRole::OrgOwner, AccountRole::OrgOwner) => {
            (ASSIGNED, differences(&old.organizations, &new.organizations))
        }
        (AccountRole::OrgOwner, AccountRole::User) => {
            (REMOVED, before.data.owned.iter().map(|id| (*id, ScopeChange::Removed)).collect())
        }
        _ => return Ok(()),
    };
    let Some(recipient) = after.email.as_deref().filter(|_| !changes.is_empty()) else { return Ok(()) };
    let name = after.name();
    let notices = Notices {
        template,
        recipient,
        account: after.id,
        name: name.as_deref(),
        changed_by: ctx.caller()?.id(),
        changes: changes.into_iter().map(|(id, change)| (ctx.services().ulid(), id, change)).collect(),
    };
    work.notices(notices).await
}

fn differences(old: &[OrganizationId], new: &[OrganizationId]) -> Vec<(OrganizationId, ScopeChange)> {
    let added = without(new, old).into_iter().map(|id| (id, ScopeChange::Added));
    added.chain(without(old, new).into_iter().map(|id| (id, ScopeChange::Removed))).collect()
}
