//! `/iam/v1/team/members/`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::{Email, Name};
use iam_domain::ops::members::{self, NewMember};
use iam_domain::policy::Permission;
use iam_wire::body::{self, Fields};
use iam_wire::dialect::eazyrent::{EazyRent, ListUser, UserView};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

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
    let members = members::list(call.ctx()).await?;
    let members: Vec<ListUser> = members.into_iter().map(Into::into).collect();
    Reply::json(StatusCode::OK, &members)
}

/// Adds and invites a person.
async fn add(call: &Call<'_>) -> Result<Reply> {
    let new = create_user(body::json(&call.body().await?)?)?;
    let member = members::add(call.ctx(), new).await?;
    Reply::json(StatusCode::CREATED, &UserView::from(member))
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
    ],
};
