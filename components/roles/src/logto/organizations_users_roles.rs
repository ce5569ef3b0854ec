//! `/api/organizations/{id}/users/roles`, `/api/organizations/{id}/users/{user_id}/roles` and `…/scopes`: organization
//! roles of people, and the organization scopes that these give.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::PrincipalKind;
use iam_domain::ops::grants;
use iam_wire::dialect::logto::{LogtoApi, ScopeView, assigned_roles};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

use super::organizations_members_roles::Members;

const USERS: Members = Members { kind: PrincipalKind::User, param: "user_id", list: "userIds" };

async fn scopes(call: &Call<'_>) -> Result<Reply> {
    let user = USERS.holder(call).id;
    let scopes = grants::list::scopes_of(call.ctx(), Members::organization(call), user).await?;
    let scopes: Vec<ScopeView> = scopes.into_iter().map(Into::into).collect();
    Reply::json(StatusCode::OK, &scopes)
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "installation.give_organization_roles_to_users",
            method: Method::POST,
            path: "/api/organizations/{id}/users/roles",
            need: Need::Installation,
            handler: |call| Box::pin(USERS.give_roles_to_many(call)),
        },
        Route {
            op: "installation.list_organization_user_roles",
            method: Method::GET,
            path: "/api/organizations/{id}/users/{user_id}/roles",
            need: Need::Installation,
            handler: |call| Box::pin(USERS.roles(call)),
        },
        Route {
            op: "installation.give_organization_user_roles",
            method: Method::POST,
            path: "/api/organizations/{id}/users/{user_id}/roles",
            need: Need::Installation,
            handler: |call| Box::pin(async move { USERS.give_roles(call, assigned_roles(call).await).await }),
        },
        Route {
            op: "installation.replace_organization_user_roles",
            method: Method::PUT,
            path: "/api/organizations/{id}/users/{user_id}/roles",
            need: Need::Installation,
            handler: |call| Box::pin(async move { USERS.replace_roles(call, assigned_roles(call).await).await }),
        },
        Route {
            op: "installation.take_organization_user_role",
            method: Method::DELETE,
            path: "/api/organizations/{id}/users/{user_id}/roles/{role_id}",
            need: Need::Installation,
            handler: |call| Box::pin(USERS.take_role(call)),
        },
        Route {
            op: "installation.list_organization_user_scopes",
            method: Method::GET,
            path: "/api/organizations/{id}/users/{user_id}/scopes",
            need: Need::Installation,
            handler: |call| Box::pin(scopes(call)),
        },
    ],
};
