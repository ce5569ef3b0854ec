//! People of an organization.

use super::ctx::Ctx;
use super::directory::suspension;
use super::people::{self, Invited, UserPatch};
use super::pictures;
use crate::error::{Error, Result};
use crate::model::{
    Email, EventType, IdSet, Name, Organization, PrincipalId, PrincipalKind, PrincipalState, Transition, User,
    UserDetails,
};
use crate::policy::{Holders, Kept, Permission, Rights};
use crate::store::Tenant;
use crate::store::grants::write::Roles;
use crate::store::members::Member;
use crate::store::paging::{self, Cursor};

/// A person to be invited.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// First name.
    pub first_name: Name,
    /// Last name.
    pub last_name: Name,
    /// Login and address of the invitation.
    pub email: Email,
}

/// Everybody in the effective organization, in order of joining, a page at a time: a list of any length takes the
/// memory of one page.
pub struct Members<'a> {
    tenant: Tenant<'a>,
    after: Option<Cursor>,
}

impl Members<'_> {
    /// The next people; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<User>>> {
        let Some(after) = self.after else { return Ok(None) };
        let rows = self.tenant.members(after).await?;
        self.after = paging::behind(&rows);
        Ok(Some(rows.into_iter().map(|(user, _)| user).collect()))
    }
}

/// Everybody in the effective organization, in every state.
pub fn list<'a>(ctx: &Ctx<'a>) -> Result<Members<'a>> {
    Ok(Members { tenant: ctx.tenant(Permission::MemberRead)?, after: Some(paging::START) })
}

/// One member.
pub async fn find(ctx: &Ctx<'_>, id: PrincipalId) -> Result<UserDetails> {
    let tenant = ctx.tenant(Permission::MemberRead)?;
    let mut member = tenant.member(id).await?.ok_or_else(not_a_member)?;
    // What another organization is besides its name is not this one's business.
    if member.home != Some(tenant.organization()) && !ctx.caller()?.rights().is_platform() {
        member.details.organization = member.details.organization.map(Organization::name_only);
    }
    Ok(member.details)
}

/// Adds and invites a person: state [`PrincipalState::Initial`] until the first password is set with the code that is
/// mailed. The role to begin with is `org:user`; `org:admin` in an organization where no person holds that yet, if the caller
/// has an administrator's rights.
///
/// # Errors
/// `Conflict` (`email_taken`) when the address is in use anywhere in the installation.
pub async fn add(ctx: &Ctx<'_>, new: NewMember) -> Result<UserDetails> {
    let now = ctx.now();
    let work = ctx.begin(Permission::MemberWrite).await?;
    // Who may only write members must not come to an administrator's rights by inviting one.
    let may_be_admin = ctx.authorize(Permission::ServiceAccountManage).is_ok();
    let tenant = work.tenant()?;
    let person = Invited { first_name: &new.first_name, last_name: &new.last_name, email: &new.email, phone: None };
    let id = people::make(ctx, &work, tenant.organization(), person).await?;
    let first = Roles::First { may_be_admin };
    work.system().give_roles(Some(tenant.organization()), &IdSet::one(id), first, now).await?;
    let made = work.system().user_details(id).await?;
    let made = made.ok_or_else(|| Error::internal("the new member is not there"))?;
    let home = made.organization.as_ref().map(|home| (home.id, home.name.as_deref().unwrap_or_default()));
    people::invite(ctx, &work, id, home, &new.email, Some(new.first_name.text())).await?;
    work.save(EventType::UserCreated.on(id)).await?;
    Ok(made)
}

/// Changes the profile of a member.
///
/// # Errors
/// As [`manageable`]; `Conflict` (`email_taken`).
pub async fn update(ctx: &Ctx<'_>, id: PrincipalId, patch: &UserPatch) -> Result<UserDetails> {
    let work = ctx.begin(Permission::MemberWrite).await?;
    let mut member = manageable(ctx, work.tenant()?, id).await?;
    let changed = people::edit(ctx, &work, &mut member.details, member.has_password, patch).await?;
    if !changed.is_empty() {
        work.save(EventType::UserUpdated.on(id).with("changed", changed)).await?;
    }
    Ok(member.details)
}

/// Changes the state of a member. It counts from the member's next request on; of whoever is stopped the sessions end, in
/// every API.
///
/// # Errors
/// As [`manageable`]; `WrongState` when the state does not allow it, or for oneself.
pub async fn change_state(ctx: &Ctx<'_>, id: PrincipalId, transition: Transition) -> Result<UserDetails> {
    let now = ctx.now();
    let work = ctx.begin(Permission::MemberWrite).await?;
    let tenant = work.tenant()?;
    let mut member = manageable(ctx, tenant, id).await?;
    let is_stop = matches!(transition, Transition::Lock | Transition::Deactivate);
    if is_stop && ctx.caller()?.id() == id {
        return Err(Error::wrong_state("You cannot do this to yourself."));
    }
    let user = &mut member.details.user;
    let state = transition.from(user.state);
    let state = state.ok_or_else(|| Error::wrong_state(wrong_state(transition, user.state)))?;
    suspension::enter(work.system(), id, user.email.clone(), state, now).await?;
    work.save(transition.event().on(id)).await?;
    user.state = state;
    user.updated_at = now;
    Ok(member.details)
}

fn wrong_state(transition: Transition, state: PrincipalState) -> &'static str {
    match (transition, state) {
        (Transition::Lock, PrincipalState::Locked) => "This person is locked already.",
        (Transition::Lock, _) => "Somebody who is switched off cannot be locked.",
        (Transition::Unlock, _) => "This person is not locked.",
        (Transition::Deactivate, PrincipalState::Inactive) => "This person is switched off already.",
        (Transition::Deactivate, _) => "An invitation that was not accepted cannot be switched off: delete it.",
        (Transition::Reactivate, _) => "This person is not switched off.",
    }
}

/// Removes a member: the person for good where this is the home organization, else only the membership and the roles
/// held here.
///
/// # Errors
/// As [`manageable`]; `WrongState` for oneself; `Conflict` (`last_admin`).
pub async fn delete(ctx: &Ctx<'_>, id: PrincipalId) -> Result<()> {
    let work = ctx.begin(Permission::MemberWrite).await?;
    let tenant = work.tenant()?;
    let member = changeable(ctx, tenant, id).await?;
    if ctx.caller()?.id() == id {
        return Err(Error::wrong_state("You cannot do this to yourself."));
    }
    if member.home == Some(tenant.organization()) {
        // Also where the person is a guest, and on the platform.
        if work.system().is_last_admin(id).await? {
            return Err(people::last_admin());
        }
        work.system().delete_principal(id).await?;
        work.save(EventType::UserDeleted.on(id)).await?;
        pictures::discard(ctx.services(), member.details.user.avatar.as_ref()).await;
        return Ok(());
    }
    let loses_one = member.rights.role_keys(tenant.organization()).contains(&"org:admin");
    let has_other = !loses_one || tenant.has_other_admin(id).await?;
    Kept::Organization.check(Holders { loses_one, has_other })?;
    work.system().remove_membership(tenant.organization(), PrincipalKind::User, id, ctx.now()).await?;
    work.save(EventType::MembershipRemoved.on(id)).await
}

/// The member, if the caller may change the person: as [`changeable`], and only where the person is at home. Whoever
/// can change a login can take it over, so an organization must not do that to a guest.
///
/// # Errors
/// `NotFound` when there is no such member; `Forbidden`.
pub(super) async fn manageable<M: Copy>(ctx: &Ctx<'_>, tenant: Tenant<'_, M>, id: PrincipalId) -> Result<Member> {
    let member = changeable(ctx, tenant, id).await?;
    if member.home == Some(tenant.organization()) || ctx.caller()?.rights().is_platform() {
        return Ok(member);
    }
    Err(Error::forbidden("This person is a guest here and is managed by another organization."))
}

/// The member, if the caller may change what ties the person to this organization. The platform's own people are
/// changed by such people only who can do as much, administrators of any organization by administrators only: otherwise
/// whoever may write members would come to their rights.
async fn changeable<M>(ctx: &Ctx<'_>, tenant: Tenant<'_, M>, id: PrincipalId) -> Result<Member> {
    let member = tenant.member(id).await?.ok_or_else(not_a_member)?;
    may_change(ctx, &member.rights)?;
    Ok(member)
}

/// Fails when somebody with these rights is out of the caller's league.
pub(super) fn may_change(ctx: &Ctx<'_>, rights: &Rights) -> Result<()> {
    let caller = ctx.caller()?;
    let is_beyond = rights.is_beyond_organizations() && !caller.rights().is_platform();
    if is_beyond || !rights.is_matched_on_platform_by(caller.rights()) {
        return Err(Error::forbidden("This account belongs to the platform."));
    }
    if rights.is_administrator() && ctx.authorize(Permission::ServiceAccountManage).is_err() {
        return Err(Error::forbidden("Only an administrator may change an administrator."));
    }
    Ok(())
}

fn not_a_member() -> Error {
    Error::not_found("Member")
}
