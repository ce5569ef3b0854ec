//! `/api/organizations/{id}/users` and `/api/organizations/{id}/users/{user_id}`: the people of an organization.

use http::{Method, StatusCode};
use iam_domain::error::{Error, FaultCode, Result};
use iam_domain::model::{IdSet, OrganizationId, PrincipalId, PrincipalKind, RoleId};
use iam_domain::ops::memberships;
use iam_wire::dialect::logto::{self, LogtoApi, MemberView, Pages, ids, search};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde_json::json;

const KIND: PrincipalKind = PrincipalKind::User;

fn organization(call: &Call<'_>) -> OrganizationId {
    OrganizationId::named(call.param("id"))
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let pages = Pages::mandatory(call)?;
    let query = logto::query(call)?;
    let role = query.get("organizationRoleId");
    if role.is_none() && query.count("organizationRoleId") > 0 {
        return Err(Error::field("organizationRoleId", FaultCode::TooShort, "At least 1 character is needed."));
    }
    let (search, role) = (search(&query), role.map(RoleId::named));
    let page = memberships::users(call.ctx(), organization(call), pages.window(), search.as_deref(), role).await?;
    logto::list(call, pages, page, |member| MemberView::of(member, call.origin()))
}

async fn add(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let users = ids(&mut fields, "userIds", 1);
    fields.check()?;
    memberships::add(call.ctx(), organization(call), KIND, &IdSet::of(&users)).await?;
    Reply::json(StatusCode::CREATED, &json!({ "userIds": users }))
}

async fn replace(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let users = ids(&mut fields, "userIds", 0);
    fields.check()?;
    memberships::replace(call.ctx(), organization(call), KIND, &IdSet::of(&users)).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

async fn remove(call: &Call<'_>) -> Result<Reply> {
    memberships::remove(call.ctx(), organization(call), KIND, PrincipalId::named(call.param("user_id"))).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "installation.list_organization_users",
            method: Method::GET,
            path: "/api/organizations/{id}/users",
            need: Need::Installation,
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "installation.add_organization_users",
            method: Method::POST,
            path: "/api/organizations/{id}/users",
            need: Need::Installation,
            handler: |call| Box::pin(add(call)),
        },
        Route {
            op: "installation.replace_organization_users",
            method: Method::PUT,
            path: "/api/organizations/{id}/users",
            need: Need::Installation,
            handler: |call| Box::pin(replace(call)),
        },
        Route {
            op: "installation.remove_organization_user",
            method: Method::DELETE,
            path: "/api/organizations/{id}/users/{user_id}",
            need: Need::Installation,
            handler: |call| Box::pin(remove(call)),
        },
    ],
};
