//! Mails about organizations that become somebody's, or are so no more (contracts/idah.md, "accounts.update").

use super::placing::without;
use crate::error::Result;
use crate::model::{Account, OrganizationId};
use crate::ops::ctx::{Ctx, Work};
use crate::policy::AccountRole;
use crate::store::accounts::list::ChangingAccount;
use crate::store::memberships::notices::{Notices, ScopeChange};

/// Template of mails to whoever is an owner now.
const ASSIGNED: &str = "org_owner_role_assigned";
/// Template of mails to whoever was one.
const REMOVED: &str = "org_owner_role_removed";

/// Puts the mails into the outbox that a change of `before` into role and organizations of `after` asks for: one for each
/// organization.
pub(super) async fn mail(ctx: &Ctx<'_>, work: &Work<'_>, before: &ChangingAccount, after: &Account) -> Result<()> {
    let old = &before.account;
    let (template, changes) = match (old.role(), after.role()) {
        (AccountRole::User | AccountRole::OrgOwner, AccountRole::OrgOwner) => {
            (ASSIGNED, differences(&old.organizations, &after.organizations))
        }
        (AccountRole::OrgOwner, AccountRole::User) => {
            (REMOVED, before.owned.iter().map(|id| (*id, ScopeChange::Removed)).collect())
        }
        _ => return Ok(()),
    };
    let Some(recipient) = after.email.as_deref().filter(|_| !changes.is_empty()) else { return Ok(()) };
    let notices = Notices {
        template,
        recipient,
        account: after.id,
        name: after.name.as_deref(),
        changed_by: ctx.caller()?.id(),
        changes: changes.into_iter().map(|(id, change)| (ctx.services().ulid(), id, change)).collect(),
    };
    work.notices(notices).await
}

fn differences(old: &[OrganizationId], new: &[OrganizationId]) -> Vec<(OrganizationId, ScopeChange)> {
    let added = without(new, old).into_iter().map(|id| (id, ScopeChange::Added));
    added.chain(without(old, new).into_iter().map(|id| (id, ScopeChange::Removed))).collect()
}
