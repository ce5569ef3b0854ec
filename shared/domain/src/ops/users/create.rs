//! Making users.
//!
//! A password is hashed on the way, which takes tens of milliseconds without a pause: APIs that take one serve this from
//! the component of passwords. It is hashed before the transaction begins, never inside.

use super::apply::apply;
use super::assignable::AssignableOrganizations;
use super::{given_role, invite, phone_taken, record, taken};
use crate::crypto::{Sensitive, password};
use crate::error::{Error, FaultCode, Result};
use crate::model::{
    CodePurpose, Email, EventType, IdSet, MailFlow, NewPassword, ObjectPatch, OrganizationId, Patch, PrincipalId,
    PrincipalKind, PrincipalState, RoleScope, User, UserChange,
};
use crate::ops::credentials::codes::CodeMail;
use crate::ops::ctx::{Ctx, Work};
use crate::ops::memberships::organizations;
use crate::policy::{AccountRole, Action, Reach};
use crate::store::grants::write::Roles;
use crate::store::principals::NewPrincipal;
use crate::store::users::read::UserRecord;

/// A user to be made.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Who it is.
    pub particulars: UserChange,
    /// How the user comes in. APIs differ in it.
    pub admission: Admission,
}

/// How a new user comes in.
#[derive(Debug, Clone)]
pub enum Admission {
    /// Invited by mail into the organization acted for, which is home, with the role to begin with there: `org:user`, or
    /// `org:admin` where no user holds that yet and the caller has an administrator's rights.
    Home,
    /// Active at once and in no organization, without invitation. The address, if there is one, is not verified.
    Active(FirstPassword),
    /// Invited by mail with an account role, into the organizations of its scope. A user who has the address already, and
    /// was given an account role or is within the caller's reach, stays as is and is the answer, without another mail.
    Role(NewRole),
}

/// The password of a new user.
#[derive(Debug, Clone)]
pub enum FirstPassword {
    /// None: the user cannot log in by password until one is set.
    None,
    /// This one.
    Clear(NewPassword),
    /// The one behind a hash that was made elsewhere and that [`password::check_stored`] has found good.
    Hash(Sensitive<String>),
}

impl FirstPassword {
    fn hash(self, ctx: &Ctx<'_>) -> Result<Option<Sensitive<String>>> {
        Ok(match self {
            Self::None => None,
            Self::Clear(new) => Some(Sensitive::new(password::hash(new.expose(), ctx.rng())?)),
            Self::Hash(hash) => Some(hash),
        })
    }
}

/// The account role of a new user.
#[derive(Debug, Clone)]
pub struct NewRole {
    /// By name; kept = `user`.
    pub role: Patch<String>,
    /// Organizations and other limits.
    pub scope: RoleScope,
    /// Whether the user can log in at once, once joined.
    pub is_enabled: bool,
}

/// Makes a user.
///
/// # Errors
/// `Forbidden` without the right. `Conflict`: `username_taken`, `email_taken`, `phone_taken`; `WrongState` (`too_long`).
/// With an account role also: `Forbidden` for callers who were never given one, and for those who have no say over
/// organizations and name some; `WrongState` (`needs_address_and_role`) without address or with the role cleared; `Invalid`
/// at `role_name`, `role_scope`, `email` (taken by somebody the caller does not see).
pub async fn create(ctx: &Ctx<'_>, new: NewUser) -> Result<User<UserRecord>> {
    ctx.reach(Action::UserCreate)?;
    match new.admission {
        Admission::Home => invite_home(ctx, new.particulars).await,
        Admission::Active(password) => activate(ctx, new.particulars, password).await,
        Admission::Role(role) => invite_with_role(ctx, new.particulars, &role).await,
    }
}

async fn invite_home(ctx: &Ctx<'_>, particulars: UserChange) -> Result<User<UserRecord>> {
    let (work, _) = ctx.begin_for(Action::UserCreate).await?;
    // Who may only write users must not come to an administrator's rights by inviting one.
    let may_be_admin = ctx.reach(Action::ServiceAccountWrite).is_ok();
    let tenant = work.tenant()?;
    let id = insert(ctx, &work, PrincipalState::Initial, Some(tenant.organization()), particulars).await?.id;
    let first = Roles::First { may_be_admin };
    work.system().give_roles(Some(tenant.organization()), &IdSet::one(id), first, ctx.now()).await?;
    let made = record(&work, &[&Reach::All], id).await?;
    invite::send(ctx, &work, &made, MailFlow::Member).await?;
    work.save(EventType::UserCreated.on(id)).await?;
    Ok(made)
}

async fn activate(ctx: &Ctx<'_>, particulars: UserChange, password: FirstPassword) -> Result<User<UserRecord>> {
    let hash = password.hash(ctx)?;
    let (work, _) = ctx.begin_for(Action::UserCreate).await?;
    let mut made = insert(ctx, &work, PrincipalState::Active, None, particulars).await?;
    if let Some(hash) = &hash {
        work.system().set_password(made.id, hash.expose(), ctx.rng(), ctx.now()).await?;
        made.data.has_password = true;
    }
    work.concerning(None).save(EventType::UserCreated.on(made.id)).await?;
    Ok(made)
}

async fn invite_with_role(ctx: &Ctx<'_>, mut particulars: UserChange, new: &NewRole) -> Result<User<UserRecord>> {
    // Who may not do it anyway must not take the write lock.
    plan(ctx, &particulars, new)?;
    let (work, _) = ctx.begin_for(Action::UserCreate).await?;
    let (email, role) = plan(ctx, &particulars, new)?;
    let email = email.clone();
    let (store, now, listed) = (work.system(), ctx.now(), &new.scope.organizations);
    // A key that may make users need not see any.
    let seen = ctx.reach(Action::UserRead).ok();
    match store.user_by_email(email.key(), seen.as_ref()).await? {
        Some((known, is_seen)) if is_seen || known.data.access.given_role.is_some() => return Ok(known),
        Some(_) => return Err(Error::field("email", FaultCode::Value, "has already been taken")),
        None => {}
    }
    particulars.account_role = Patch::Set(role);
    particulars.role_scope = ObjectPatch::Replace(new.scope.rest.clone());
    let state = if new.is_enabled { PrincipalState::Initial } else { PrincipalState::Inactive };
    let id = insert(ctx, &work, state, None, particulars).await?.id;
    organizations::add(ctx, &work, id, listed).await?;
    if role == AccountRole::OrgOwner && !listed.is_empty() {
        store.set_owned(id, listed, now).await?;
    }
    // Without names: callers of little standing can make users, and must not choose what we write to strangers.
    CodeMail::new(CodePurpose::FirstPassword, MailFlow::Account, id, email.text()).send(ctx, &work).await?;
    let made = record(&work, &[&Reach::All], id).await?;
    let event = EventType::UserCreated.on(id).with("role", role.as_str());
    work.save(event.with("organizations", made.data.access.organizations.len())).await?;
    Ok(made)
}

/// Address and role of a user to be made, if the caller may make it.
fn plan<'n>(ctx: &Ctx<'_>, particulars: &'n UserChange, new: &NewRole) -> Result<(&'n Email, AccountRole)> {
    let caller = ctx.caller()?;
    let table = caller.table()?;
    // Holders of account roles see one another: whoever has none must not make one.
    if !table.has_account_role {
        return Err(caller.refusal(Action::UserCreate));
    }
    let Patch::Set(email) = &particulars.email else { return Err(cannot_create()) };
    let role = match &new.role {
        Patch::Keep => AccountRole::User,
        Patch::Clear => return Err(cannot_create()),
        Patch::Set(name) => given_role(table, name)?,
    };
    AssignableOrganizations::of(table, Action::UserCreate).check_new(&new.scope)?;
    Ok((email, role))
}

fn cannot_create() -> Error {
    Error::rejected("needs_address_and_role", "A user with a role needs an e-mail address and that role.")
}

/// Makes the rows of a user: a member of `home`, without role yet. Who is active has come in at this moment.
///
/// # Errors
/// `Conflict`: `username_taken`, `email_taken`, `phone_taken`; `WrongState` (`too_long`).
pub(in crate::ops) async fn insert(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    state: PrincipalState,
    home: Option<OrganizationId>,
    particulars: UserChange,
) -> Result<User<UserRecord>> {
    let (store, now) = (work.system(), ctx.now());
    let principal = NewPrincipal { kind: PrincipalKind::User, state, organization: home };
    let id: PrincipalId = store.insert_principal(principal, ctx.rng(), now).await?;
    let mut user = User::<UserRecord>::blank(id, state, now);
    user.data.access.joined_at = (state == PrincipalState::Active).then_some(now);
    apply(&mut user, particulars, now)?;
    if !store.insert_user(&user).await.map_err(taken)? {
        return Err(phone_taken());
    }
    if let Some(home) = home {
        store.add_memberships(&[home], &[id], None, now).await?;
    }
    Ok(user)
}
