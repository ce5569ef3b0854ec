//! Changing what a user may do where account roles count: whether the user may log in, the role, and the role scope.

use super::apply::apply;
use super::assignable::AssignableOrganizations;
use super::{given_role, guard, notices, record, state, update};
use crate::error::{Error, FaultCode, Result};
use crate::model::{
    Changes, EventType, IdSet, ObjectPatch, OrganizationId, Patch, PrincipalId, PrincipalState, RoleScope, StateChange,
    Transition, User, UserChange,
};
use crate::ops::ctx::{Ctx, Work};
use crate::ops::memberships::organizations;
use crate::policy::{AccountRole, Action, Holders, Kept, Reach, Table, Touch};
use crate::store::users::read::UserRecord;

/// What is to change.
#[derive(Debug, Clone)]
pub struct AccessChange {
    /// What the user is called. Cleared: nothing, though first and last name stay for APIs that show those.
    pub name: Patch<String>,
    /// Whether the user may log in.
    pub is_enabled: Option<bool>,
    /// Account role, by name.
    pub role: Option<String>,
    /// Role scope, whole.
    pub scope: Option<RoleScope>,
}

/// What is different afterwards; what stays is `None`.
#[derive(Debug)]
struct Plan {
    name: Patch<String>,
    step: Option<(Transition, PrincipalState)>,
    role: Option<AccountRole>,
    /// The scope; what is different in it is told when it is stored.
    scope: Option<RoleScope>,
}

impl Plan {
    fn is_access(&self) -> bool {
        self.step.is_some() || self.role.is_some()
    }

    fn is_empty(&self) -> bool {
        self.name == Patch::Keep && !self.is_access() && self.scope.is_none()
    }

    fn stops(&self) -> bool {
        self.step.is_some_and(|(_, state)| !state.may_use_code())
    }
}

/// Changes a user. What is sent as it is stands for no change. Who may change no user but themselves may change no more
/// than the name. It counts from the user's next request on, and is taken in by tokens issued from then on.
///
/// # Errors
/// `Forbidden` without the right, as [`Changer::check`](crate::policy::Changer::check), and for who changes more than they
/// may; `NotFound`, also out of scope; `Invalid` at `role_name` and `role_scope`; `WrongState` when one would switch
/// oneself off; `Conflict` (`last_admin`).
pub async fn change(ctx: &Ctx<'_>, id: PrincipalId, change: &AccessChange) -> Result<User<UserRecord>> {
    let (work, reach) = ctx.begin_for(Action::UserUpdate).await?;
    let before = record(&work, &[&reach], id).await?;
    guard(ctx, work.system(), Action::UserUpdate, &before, Touch::Ties).await?;
    let caller = ctx.caller()?;
    let table = caller.table()?;
    let plan = plan(ctx, &work, table, &before, change, matches!(reach, Reach::Own(_))).await?;
    if plan.is_empty() {
        return Ok(before);
    }
    let mut changes = store(ctx, &work, table, &before, &plan).await?;
    keep_an_admin(&work, &before, &plan).await?;
    let after = record(&work, &[&Reach::All], id).await?;
    notices::mail(ctx, &work, &before, &after).await?;
    changes.note("organizations", &numbers(&before), &numbers(&after));
    let event = plan.step.map_or(EventType::UserUpdated, |(transition, _)| transition.event());
    work.concerning(before.data.home_id()).save(event.on(id).changed(&changes)).await?;
    Ok(after)
}

fn numbers(user: &User<UserRecord>) -> Vec<i64> {
    user.data.access.organizations.iter().copied().map(OrganizationId::get).collect()
}

/// What is different afterwards, if the caller may make it so.
async fn plan(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    table: &Table,
    before: &User<UserRecord>,
    change: &AccessChange,
    is_limited: bool,
) -> Result<Plan> {
    let access = &before.data.access;
    let assignable = AssignableOrganizations::of(table, Action::UserUpdate);
    let name = before.name();
    let is_same_name = change.name.apply(name.clone(), String::clone) == name;
    let step = |is_enabled| StateChange::Enable(is_enabled).step(before.state, before.data.has_come_in());
    let mut plan = Plan {
        name: if is_same_name { Patch::Keep } else { change.name.clone() },
        step: change.is_enabled.and_then(step),
        role: None,
        scope: change.scope.clone().filter(|scope| !is_same(scope, before, assignable)),
    };
    let role = change.role.as_deref().filter(|role| *role != access.role().as_str());
    let is_more_than_name = plan.step.is_some() || plan.scope.is_some() || role.is_some();
    if is_more_than_name && is_limited {
        return Err(Error::forbidden("You may change nothing but the name of your account."));
    }
    if let Some(role) = role {
        if access.role() == AccountRole::ApiService {
            let message = "is that of the owner of all API keys";
            return Err(Error::field("role_name", FaultCode::Value, message));
        }
        plan.role = Some(given_role(table, role)?);
    }
    if plan.is_access() {
        guard(ctx, work.system(), Action::UserUpdate, before, Touch::Access).await?;
    } else if plan.name != Patch::Keep {
        guard(ctx, work.system(), Action::UserUpdate, before, Touch::Particulars).await?;
    }
    if let Some(scope) = &plan.scope {
        assignable.check(&access.organizations, &scope.organizations)?;
    }
    Ok(plan)
}

/// Whether a scope says what is so already. One with an unknown organization never does, and one with an organization that
/// another API has put an owner into makes that owned.
fn is_same(scope: &RoleScope, before: &User<UserRecord>, assignable: AssignableOrganizations<'_>) -> bool {
    let (access, owned) = (&before.data.access, &before.data.owned);
    let mut listed = scope.organizations.ids().to_vec();
    listed.sort_unstable();
    let owns_more =
        access.role() == AccountRole::OrgOwner && assignable.owned_after(owned, &listed).len() > owned.len();
    let is_known = !scope.organizations.has_invalid_ids() && listed == access.organizations;
    is_known && !owns_more && scope.rest == access.scope_rest
}

async fn store(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    table: &Table,
    before: &User<UserRecord>,
    plan: &Plan,
) -> Result<Changes> {
    let (store, now, access) = (work.system(), ctx.now(), &before.data.access);
    let id = before.id;
    if let Some((_, state)) = plan.step {
        state::enter(ctx, work, before, state).await?;
    }
    let mut user = before.clone();
    let change = UserChange {
        display_name: match &plan.name {
            // Hides first and last name, which stay.
            Patch::Clear => Patch::Set(String::new()),
            name => name.clone(),
        },
        account_role: plan.role.map_or(Patch::Keep, Patch::Set),
        role_scope: plan.scope.as_ref().map_or(ObjectPatch::Keep, |scope| ObjectPatch::Replace(scope.rest.clone())),
        ..UserChange::default()
    };
    let changes = apply(&mut user, change, now)?;
    if !changes.is_empty() {
        update::store(work, &user).await?;
    }
    let mut present = access.organizations.clone();
    if let Some(scope) = &plan.scope {
        let listed = &scope.organizations;
        organizations::replace(ctx, work, id, listed).await?;
        present = listed.ids().to_vec();
    }
    if plan.role.is_some() || plan.scope.is_some() {
        let assignable = AssignableOrganizations::of(table, Action::UserUpdate);
        let is_owner = plan.role.unwrap_or(access.role()) == AccountRole::OrgOwner;
        let owned = if is_owner { assignable.owned_after(&before.data.owned, &present) } else { Vec::new() };
        store.set_owned(id, &IdSet::of(&[]).with(owned), now).await?;
    }
    store.clear_home_if_not_member(id, now).await?;
    Ok(changes)
}

/// Fails when nobody would be left who can administer accounts: only who does can give that right.
async fn keep_an_admin(work: &Work<'_>, before: &User<UserRecord>, plan: &Plan) -> Result<()> {
    let is_less = plan.stops() || plan.role.is_some_and(|role| !role.sees_everybody());
    let is_admin = before.data.access.role().sees_everybody() && before.state == PrincipalState::Active;
    let loses_one = is_admin && is_less;
    let has_other = !loses_one || work.system().has_other_account_admin(before.id).await?;
    Kept::Users.check(Holders { loses_one, has_other })
}
