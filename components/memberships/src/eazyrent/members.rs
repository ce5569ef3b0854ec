//! `/iam/v1/team/members/` and `/iam/v1/team/members/{id}/`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::{Email, Name};
use iam_domain::ops::members::{self, NewMember};
use iam_domain::policy::Permission;
use iam_wire::body::{self, Fields};
use iam_wire::dialect::eazyrent::{EazyRent, ListUser, UserView, partial_update_user};
use iam_wire::list::JsonList;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

use super::member_id;

/// `CreateUser`.
fn create_user(fields: Option<serde_json::Value>) -> Result<NewMember> {
    let mut fields = Fields::of(fields)?;
    let first_name = fields.required("first_name", Name::parse);
    let last_name = fields.required("last_name", Name::parse);
    let email = fields.required("email", Email::parse);
    match (first_name, last_name, email) {
        (Some(first_name), Some(last_name), Some(email)) => Ok(NewMember { first_name, last_name, email }),
        _ => Err(fields.into_error()),
    }
}

/// All people of the effective organization.
async fn list(call: &Call<'_>) -> Result<Reply> {
    let mut members = members::list(call.ctx())?;
    let mut list = JsonList::default();
    while let Some(page) = members.next().await? {
        list.extend(page.into_iter().map(|user| ListUser::new(user, call.origin())))?;
    }
    Ok(list.into_reply())
}

/// Adds and invites a person.
async fn add(call: &Call<'_>) -> Result<Reply> {
    let new = create_user(body::json(&call.body().await?)?)?;
    let member = members::add(call.ctx(), new).await?;
    Reply::json(StatusCode::CREATED, &UserView::new(member, call.origin()))
}

/// The whole profile of a person.
async fn find(call: &Call<'_>) -> Result<Reply> {
    let member = members::find(call.ctx(), member_id(call)?).await?;
    Reply::json(StatusCode::OK, &UserView::new(member, call.origin()))
}

/// Changes the fields that are sent.
async fn update(call: &Call<'_>) -> Result<Reply> {
    let id = member_id(call)?;
    let patch = partial_update_user(body::json(&call.body().await?)?)?;
    let member = members::update(call.ctx(), id, &patch).await?;
    Reply::json(StatusCode::OK, &UserView::new(member, call.origin()))
}

/// Removes a person for good.
async fn delete(call: &Call<'_>) -> Result<Reply> {
    members::delete(call.ctx(), member_id(call)?).await?;
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
