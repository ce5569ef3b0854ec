//! Making accounts: whoever is made is invited by mail.

use serde_json::json;

use super::placing::Placing;
use super::{given_role, reread};
use crate::error::{Error, FaultCode, Result};
use crate::model::{
    Account, CodePurpose, CodeStyle, Email, EventType, Patch, PrincipalKind, PrincipalState, RoleScope,
};
use crate::ops::ctx::{Ctx, Work};
use crate::ops::invitations::{self, CodeMail};
use crate::ops::memberships::organizations;
use crate::policy::{AccountRole, Action};
use crate::store::accounts::changes::NewAccountRow;
use crate::store::principals::NewPrincipal;

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Login.
    pub email: Option<Email>,
    /// What the person is called.
    pub name: Option<String>,
    /// Whether the person can log in at once, once joined.
    pub is_enabled: bool,
    /// Role by name; kept = `user`.
    pub role: Patch<String>,
    /// Organizations and other limits of the role.
    pub scope: RoleScope,
    /// Upstream login service.
    pub sso_channel: Option<String>,
    /// Address of a picture.
    pub picture_url: Option<String>,
}

/// Makes an account and mails an invitation. Whoever has an account of this API with the address already, or one that the
/// caller sees, stays as is, without another mail. There is no password: joining leads to one.
///
/// # Errors
/// `Forbidden` without the right, for whoever was never given a role in this API, and for whoever has no say over
/// organizations and names some; `WrongState` (`cannot_create_record`) without address or with the role null; `Invalid` at
/// `role_name`, `role_scope`, `email` (known from another API alone, where the caller has no part).
pub async fn create(ctx: &Ctx<'_>, new: &NewAccount) -> Result<Account> {
    // Who may not do it anyway must not take the write lock.
    plan(ctx, new)?;
    let work = ctx.begin_system().await?;
    let (email, role) = plan(ctx, new)?;
    // A key that may make accounts need not see any.
    let seen = ctx.reach(Action::UserRead).ok();
    match work.system().account_by_email(email.key(), seen.as_ref()).await? {
        Some((known, is_seen)) if is_seen || known.given_role.is_some() => return Ok(known),
        Some(_) => return Err(Error::field("email", FaultCode::Value, "has already been taken")),
        None => {}
    }
    let made = insert(ctx, &work, email, role, new).await?;
    let detail = json!({ "role": role.as_str(), "organizations": made.organizations.len() });
    work.save(EventType::UserCreated.on(made.id).detailed(detail)).await?;
    Ok(made)
}

/// What is to be made, if the caller may make it.
fn plan<'n>(ctx: &Ctx<'_>, new: &'n NewAccount) -> Result<(&'n Email, AccountRole)> {
    ctx.reach(Action::UserCreate)?;
    let caller = ctx.caller()?;
    let table = caller.table()?;
    // Accounts of this API see one another: whoever is known from another API alone must not make one for themselves.
    if !table.has_account_role {
        return Err(caller.refusal(Action::UserCreate));
    }
    let email = new.email.as_ref().ok_or_else(cannot_create)?;
    let role = match &new.role {
        Patch::Keep => AccountRole::User,
        Patch::Clear => return Err(cannot_create()),
        Patch::Set(name) => given_role(table, name)?,
    };
    Placing::of(table, Action::UserCreate).check_new(&new.scope)?;
    Ok((email, role))
}

async fn insert(ctx: &Ctx<'_>, work: &Work<'_>, email: &Email, role: AccountRole, new: &NewAccount) -> Result<Account> {
    let (store, now, listed) = (work.system(), ctx.now(), &new.scope.organizations);
    let state = if new.is_enabled { PrincipalState::Initial } else { PrincipalState::Inactive };
    let principal = NewPrincipal { kind: PrincipalKind::User, state, organization: None };
    let id = store.insert_principal(principal, ctx.rng(), now).await?;
    let row = NewAccountRow {
        email,
        name: new.name.as_deref(),
        sso_channel: new.sso_channel.as_deref(),
        picture_url: new.picture_url.as_deref(),
        role,
        scope_rest: &new.scope.rest,
    };
    store.insert_account(id, &row).await?;
    organizations::add(ctx, work, id, listed).await?;
    if role == AccountRole::OrgOwner && !listed.is_empty() {
        store.set_owned(id, listed, now).await?;
    }
    // Without names: everybody can make accounts, and must not choose what we write to strangers.
    let mail = CodeMail {
        purpose: CodePurpose::FirstPassword,
        style: CodeStyle::Hex,
        principal: id,
        organization: None,
        organization_name: None,
        recipient: email.text(),
        first_name: None,
        lifetime: invitations::LIFETIME,
    };
    invitations::mail_code(ctx, work, mail).await?;
    reread(work, id).await
}

/// What the original's database refuses.
fn cannot_create() -> Error {
    Error::rejected("cannot_create_record", "verse.errors.cannot_create_record")
}
