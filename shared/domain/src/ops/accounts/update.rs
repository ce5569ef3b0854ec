//! Changing accounts: name, whether they are enabled, role and role scope.

use super::placing::Placing;
use super::{changeable, given_role, notices, reread};
use crate::error::{Error, FaultCode, Result};
use crate::model::{Account, EventType, IdSet, Patch, PrincipalId, PrincipalState, RoleScope};
use crate::ops::ctx::{Ctx, Work};
use crate::ops::directory::suspension;
use crate::ops::memberships::organizations;
use crate::ops::people;
use crate::policy::{AccountRole, Action, Reach, Table};
use crate::store::accounts::list::ChangingAccount;

/// What is to change.
#[derive(Debug, Clone)]
pub struct AccountChange {
    /// What the person is called.
    pub name: Patch<String>,
    /// Whether the person may log in.
    pub is_enabled: Option<bool>,
    /// Role, by name.
    pub role: Option<String>,
    /// Role scope, whole.
    pub scope: Option<RoleScope>,
}

/// What is different afterwards; what stays is `None`.
#[derive(Debug)]
struct Plan {
    name: Patch<String>,
    state: Option<PrincipalState>,
    role: Option<AccountRole>,
    /// The scope; what is different in it is told when it is stored.
    scope: Option<RoleScope>,
}

impl Plan {
    /// Names of what is different, for the audit.
    fn changed(&self) -> Vec<&'static str> {
        let all = [
            ("name", self.name != Patch::Keep),
            ("enabled", self.state.is_some()),
            ("role_name", self.role.is_some()),
            ("role_scope", self.scope.is_some()),
        ];
        all.into_iter().filter(|(_, is_changed)| *is_changed).map(|(name, _)| name).collect()
    }
}

/// Changes an account. What is sent as it is stands for no change. Who may change no account but their own may change no
/// more than the name. It counts from the account's next request on, and is taken in by tokens issued from then on.
///
/// # Errors
/// `Forbidden` without the right, for the operator's accounts and those of a higher role, and for whoever changes more than
/// they may; `NotFound` when it is not there, or out of scope; `Invalid` at `role_name` and `role_scope`; `WrongState` when
/// one would switch oneself off; `Conflict` (`last_admin`).
pub async fn update(ctx: &Ctx<'_>, id: i64, change: &AccountChange) -> Result<Account> {
    let id = PrincipalId::from_stored(id);
    // Who may not do it anyway must not take the write lock.
    ctx.reach(Action::UserUpdate)?;
    let work = ctx.begin_system().await?;
    let before = changeable(ctx, &work, &[Action::UserUpdate], id).await?;
    let caller = ctx.caller()?;
    let table = caller.table()?;
    let is_own = caller.id() == id && !table.is_key;
    let placing = Placing::of(table, Action::UserUpdate);
    let is_limited = matches!(ctx.reach(Action::UserUpdate)?, Reach::Own(_));
    let plan = plan(table, &before, change, is_own, is_limited)?;
    let changed = plan.changed();
    if changed.is_empty() {
        return Ok(before.account);
    }
    let loses_power = plan.state.is_some_and(|state| !state.may_use_code());
    if loses_power && caller.id() == id {
        return Err(Error::wrong_state("You cannot do this to yourself."));
    }
    store(ctx, &work, &before, &plan, placing).await?;
    keep_an_admin(&work, &before, &plan).await?;
    let after = reread(&work, id).await?;
    notices::mail(ctx, &work, &before, &after).await?;
    work.concerning(before.home).save(EventType::UserUpdated.on(id).with("changed", changed)).await?;
    Ok(after)
}

/// What is different afterwards, if the caller may make it so.
fn plan(
    table: &Table,
    before: &ChangingAccount,
    change: &AccountChange,
    is_own: bool,
    is_limited: bool,
) -> Result<Plan> {
    let (account, placing) = (&before.account, Placing::of(table, Action::UserUpdate));
    let mut plan = Plan {
        name: if change.name.apply(account.name.clone(), String::clone) == account.name {
            Patch::Keep
        } else {
            change.name.clone()
        },
        state: change.is_enabled.and_then(|is_enabled| state(before, is_enabled)),
        role: None,
        scope: change.scope.clone().filter(|scope| !is_same(scope, before, placing)),
    };
    let role = change.role.as_deref().filter(|role| *role != account.role().as_str());
    let is_more_than_name = plan.state.is_some() || plan.scope.is_some() || role.is_some();
    if is_more_than_name && is_limited {
        return Err(Error::forbidden("You may change nothing but the name of your account."));
    }
    if let Some(role) = role {
        if account.role() == AccountRole::ApiService {
            let message = "is that of the owner of all API keys";
            return Err(Error::field("role_name", FaultCode::Value, message));
        }
        plan.role = Some(given_role(table, role)?);
    }
    let is_personal = plan.name != Patch::Keep || plan.state.is_some() || plan.role.is_some();
    if is_personal && !is_own {
        placing.check_home(before.home)?;
    }
    if plan.state.is_some() || plan.role.is_some() {
        placing.check_reach(&before.rights)?;
    }
    if let Some(scope) = &plan.scope {
        placing.check(&account.organizations, &scope.organizations)?;
    }
    Ok(plan)
}

/// The state to go to, if that is another. Whoever was stopped before joining is as good as invited again.
fn state(before: &ChangingAccount, is_enabled: bool) -> Option<PrincipalState> {
    if before.account.is_enabled() == is_enabled {
        return None;
    }
    let has_come_in = before.account.joined_at.is_some() || before.has_password;
    Some(match (is_enabled, has_come_in) {
        (false, _) => PrincipalState::Inactive,
        (true, true) => PrincipalState::Active,
        (true, false) => PrincipalState::Initial,
    })
}

/// Whether a scope says what is so already. One with an unknown organization never does, and one with an organization that
/// another API has put an owner into makes that owned.
fn is_same(scope: &RoleScope, before: &ChangingAccount, placing: Placing<'_>) -> bool {
    let account = &before.account;
    let mut listed = scope.organizations.ids().to_vec();
    listed.sort_unstable();
    let owns_more = account.role() == AccountRole::OrgOwner
        && placing.owned_after(&before.owned, &listed).len() > before.owned.len();
    let is_known = !scope.organizations.has_invalid_ids() && listed == account.organizations;
    is_known && !owns_more && scope.rest == account.scope_rest
}

async fn store(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    before: &ChangingAccount,
    plan: &Plan,
    placing: Placing<'_>,
) -> Result<()> {
    let (store, now, account) = (work.system(), ctx.now(), &before.account);
    let id = account.id;
    if plan.name != Patch::Keep {
        store.set_account_name(id, plan.name.clone().into_value().as_deref()).await?;
    }
    if let Some(role) = plan.role {
        store.set_account_role(id, role).await?;
    }
    let mut present = account.organizations.clone();
    if let Some(scope) = &plan.scope {
        let listed = &scope.organizations;
        organizations::replace(ctx, work, id, listed).await?;
        store.set_scope_rest(id, &scope.rest).await?;
        present = listed.ids().to_vec();
    }
    if plan.role.is_some() || plan.scope.is_some() {
        let is_owner = plan.role.unwrap_or(account.role()) == AccountRole::OrgOwner;
        let owned = if is_owner { placing.owned_after(&before.owned, &present) } else { Vec::new() };
        store.set_owned(id, &IdSet::of(&[]).with(owned), now).await?;
    }
    if let Some(state) = plan.state {
        suspension::enter(store, id, account.email.clone(), state, now).await?;
    }
    Ok(store.clear_home_if_not_member(id, now).await?)
}

/// Fails when nobody would be left who can administer accounts: only whoever does can give that right.
async fn keep_an_admin(work: &Work<'_>, before: &ChangingAccount, plan: &Plan) -> Result<()> {
    let is_less =
        plan.state.is_some_and(|state| !state.may_use_code()) || plan.role.is_some_and(|role| !role.sees_everybody());
    let is_admin = before.account.role().sees_everybody() && before.account.state == PrincipalState::Active;
    if is_admin && is_less && !work.system().has_other_account_admin(before.account.id).await? {
        return Err(people::last_admin());
    }
    Ok(())
}
