//! `/iam/v1/team/members/` and `/iam/v1/team/members/{id}/`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::users;
use iam_domain::ops::users::create::{Admission, NewUser};
use iam_domain::policy::Permission;
use iam_wire::dialect::eazyrent::{EazyRent, ListUser, UserView, choices, create_user, no_member, partial_update_user};
use iam_wire::http::body;
use iam_wire::http::list::JsonList;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

use super::member_id;

/// All people of the effective organization.
async fn list(call: &Call<'_>) -> Result<Reply> {
    let mut members = users::list::here(call.ctx())?;
    let mut list = JsonList::default();
    while let Some(page) = members.next().await? {
        list.extend(page.into_iter().map(|user| ListUser::new(user, call.origin())))?;
    }
    Ok(list.into_reply())
}

/// Adds and invites a person.
async fn add(call: &Call<'_>) -> Result<Reply> {
    let particulars = create_user(body::json(&call.body().await?)?)?;
    let member = users::create::create(call.ctx(), NewUser { particulars, admission: Admission::Home }).await?;
    Reply::json(StatusCode::CREATED, &UserView::new(member.map(|record| record.home), call.origin()))
}

/// The whole profile of a person.
async fn find(call: &Call<'_>) -> Result<Reply> {
    let member = users::find::with_home(call.ctx(), member_id(call)?).await.map_err(no_member)?;
    Reply::json(StatusCode::OK, &UserView::new(member, call.origin()))
}

/// Changes the fields that are sent.
async fn update(call: &Call<'_>) -> Result<Reply> {
    let id = member_id(call)?;
    let change = partial_update_user(body::json(&call.body().await?)?)?;
    let member = users::update::update(call.ctx(), id, change, choices::UPDATE).await.map_err(no_member)?;
    Reply::json(StatusCode::OK, &UserView::new(member.map(|record| record.home), call.origin()))
}

/// Removes a person for good.
async fn delete(call: &Call<'_>) -> Result<Reply> {
    users::delete::delete(call.ctx(), member_id(call)?, choices::REMOVAL).await.map_err(no_member)?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[
        Route {
            op: "members.list",
            method: Method::GET,
            path: "/iam/v1/team/members/",
            need: Need::Effective(Permission::MemberRead),
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "members.add",
            method: Method::POST,
            path: "/iam/v1/team/members/",
            need: Need::Effective(Permission::MemberWrite),
            handler: |call| Box::pin(add(call)),
        },
        Route {
            op: "members.find",
            method: Method::GET,
            path: "/iam/v1/team/members/{id}/",
            need: Need::Effective(Permission::MemberRead),
            handler: |call| Box::pin(find(call)),
        },
        Route {
            op: "members.update",
            method: Method::PATCH,
            path: "/iam/v1/team/members/{id}/",
            need: Need::Effective(Permission::MemberWrite),
            handler: |call| Box::pin(update(call)),
        },
        Route {
            op: "members.delete",
            method: Method::DELETE,
            path: "/iam/v1/team/members/{id}/",
            need: Need::Effective(Permission::MemberWrite),
            handler: |call| Box::pin(delete(call)),
        },
    ],
};
