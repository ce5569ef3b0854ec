//! Lists of users.

use crate::error::Result;
use crate::model::{OrganizationId, User, UserAccess};
use crate::ops::ctx::Ctx;
use crate::policy::Action;
use crate::store::System;
use crate::store::paging::{self, Cursor, Page, Window};
use crate::store::query::{Selected, Selection};
use crate::store::users::read::ManagedUser;
use crate::store::users::search::UserFilter;

/// All users of an organization, in order of joining, a page at a time: a list of any length takes the memory of one
/// page.
pub struct UsersOf<'a> {
    store: System<'a>,
    organization: OrganizationId,
    after: Option<Cursor>,
}

impl UsersOf<'_> {
    /// The next users; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<User>>> {
        let Some(after) = self.after else { return Ok(None) };
        let rows = self.store.users_of(self.organization, after).await?;
        self.after = paging::behind(&rows);
        Ok(Some(rows.into_iter().map(|(user, _)| user).collect()))
    }
}

/// All users of the effective organization, in every state.
pub fn here<'a>(ctx: &Ctx<'a>) -> Result<UsersOf<'a>> {
    ctx.reach(Action::UserRead)?;
    Ok(UsersOf { store: ctx.system(), organization: ctx.organization()?, after: Some(paging::START) })
}

/// A page of all users, newest first.
///
/// # Errors
/// `Forbidden` for callers who do not manage all of them.
pub async fn managed(ctx: &Ctx<'_>, window: Window, filter: &UserFilter) -> Result<Page<ManagedUser>> {
    if !ctx.reach(Action::UserRead)?.is_all() {
        return Err(ctx.caller()?.refusal(Action::UserRead));
    }
    Ok(ctx.system().managed_users(window, filter).await?)
}

/// A page of the users within reach, as the caller filters and sorts them.
pub async fn selected(ctx: &Ctx<'_>, selection: &Selection) -> Result<Selected<User<UserAccess>>> {
    Ok(ctx.system().selected_users(&ctx.reach(Action::UserRead)?, selection).await?)
}
