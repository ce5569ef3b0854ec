//! All people.

use super::person_change::{PersonChange, check_phone, taken};
use super::{may_change_account, nothing_to_change};
use crate::error::{Error, Result};
use crate::model::{Email, EventType, PrincipalId, PrincipalKind};
use crate::ops::ctx::{Ctx, Work};
use crate::ops::{people, pictures};
use crate::store::directory::people::{ChangingPerson, FoundPerson};
use crate::store::directory::people_search::PeopleFilter;
use crate::store::memberships::organizations::OrganizationWithRoles;
use crate::store::paging::{Page, Window};

/// People, newest first.
pub async fn list(ctx: &Ctx<'_>, window: Window, filter: &PeopleFilter) -> Result<Page<FoundPerson>> {
    Ok(ctx.directory()?.people(window, filter).await?)
}

/// One person; a text that is no id names none.
pub async fn find(ctx: &Ctx<'_>, id: &str) -> Result<FoundPerson> {
    let store = ctx.directory()?;
    store.person(parse(id)?).await?.ok_or_else(not_found)
}

/// The organizations a person is in, with the roles held there.
pub async fn organizations(ctx: &Ctx<'_>, id: &str) -> Result<Vec<OrganizationWithRoles>> {
    let store = ctx.directory()?;
    let page = store.organizations_of(parse(id)?, PrincipalKind::User, Window::ALL).await?;
    page.map(|page| page.items).ok_or_else(not_found)
}

/// Changes a person. A new e-mail address makes the codes worthless that were mailed to the old one.
///
/// # Errors
/// `WrongState`: `nothing_to_change`, also where there is no such person, and `too_long`; `NotFound`; `Forbidden` for the
/// operator's people; `Conflict`: `username_taken`, `email_taken`, `phone_taken`.
pub async fn update(ctx: &Ctx<'_>, id: &str, change: PersonChange) -> Result<FoundPerson> {
    ctx.authorize_directory()?;
    if change == PersonChange::NONE {
        return Err(nothing_to_change());
    }
    change.check_lengths()?;
    let work = ctx.begin_directory().await?;
    let ChangingPerson { found, home, .. } = changeable(ctx, &work, id).await?;
    let old = found.person.clone();
    let mut person = change.apply(found.person)?;
    person.updated_at = ctx.now();
    let (store, id) = (work.system(), person.id);
    check_phone(&work, &person, old.phone.as_deref()).await?;
    store.update_person(&person).await.map_err(taken)?;
    store.touch(id, ctx.now()).await?;
    let key = |email: &Option<String>| email.clone().map(|email| Email::from_stored(email).key().to_owned());
    if key(&old.email) != key(&person.email) {
        people::forget_mailed_codes(&work, id).await?;
    }
    work.concerning(home).save(EventType::UserUpdated.on(id)).await?;
    if old.avatar != person.avatar {
        pictures::discard(ctx.services(), old.avatar.as_ref()).await;
    }
    Ok(FoundPerson { person, has_password: found.has_password })
}

/// Deletes a person for good, with memberships, roles, credentials, sessions and invitations.
///
/// # Errors
/// `WrongState` (`own_account`) for oneself; `NotFound`; `Forbidden` for the operator's people.
pub async fn delete(ctx: &Ctx<'_>, id: &str) -> Result<()> {
    ctx.authorize_directory()?;
    if parse(id)? == ctx.caller()?.id() {
        return Err(Error::rejected("own_account", "You cannot delete yourself."));
    }
    let work = ctx.begin_directory().await?;
    let ChangingPerson { found, home, .. } = changeable(ctx, &work, id).await?;
    let id = found.person.id;
    work.system().delete_principal(id).await?;
    work.concerning(home).save(EventType::UserDeleted.on(id)).await?;
    pictures::discard(ctx.services(), found.person.avatar.as_ref()).await;
    Ok(())
}

/// The person, if the caller may change the account.
pub(super) async fn changeable(ctx: &Ctx<'_>, work: &Work<'_>, id: &str) -> Result<ChangingPerson> {
    let changing = work.system().person_to_change(parse(id)?).await?.ok_or_else(not_found)?;
    may_change_account(ctx, &changing.rights)?;
    Ok(changing)
}

fn parse(id: &str) -> Result<PrincipalId> {
    id.parse().map_err(|_| not_found())
}

fn not_found() -> Error {
    Error::not_found("User")
}
