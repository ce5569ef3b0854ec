//! `/iam/v1/user-grants/me/authorizations/` and `/iam/v1/user-grants/{user_id}/authorizations/`.

use http::{Method, StatusCode};
use iam_domain::error::{Error, Result};
use iam_domain::model::PrincipalId;
use iam_domain::ops::grants;
use iam_domain::policy::Permission;
use iam_wire::dialect::eazyrent::{EazyRent, organization_name};
use iam_wire::http::body::{self, Fields};
use iam_wire::http::time::rfc3339;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde_json::{Value, json};

/// `UpdateUserGrants`.
fn update_user_grants(body: Option<Value>) -> Result<Vec<String>> {
    let mut fields = Fields::of(body)?;
    let grants = fields.texts("grants");
    fields.check()?;
    Ok(grants)
}

/// Path parameter `user_id`. A text that is no id names a user that does not exist.
fn user_id(call: &Call<'_>) -> Result<PrincipalId> {
    call.param("user_id").parse().map_err(|_| Error::not_found("User"))
}

/// What the caller holds at home: one `GrantItem`, in Zitadel's field names, or none.
async fn mine(call: &Call<'_>) -> Result<Reply> {
    let caller = call.ctx().caller()?;
    let items: Vec<Value> = grants::list::mine(call.ctx())
        .await?
        .into_iter()
        .map(|grant| (caller.rights().role_keys(grant.organization), grant))
        .filter(|(keys, _)| !keys.is_empty())
        .map(|(keys, grant)| {
            let organization = grant.organization.to_string();
            let name = organization_name(Some(grant.organization_name), grant.organization);
            json!({
                "id": grant.id.to_string(),
                "userId": caller.id().to_string(),
                "orgId": organization,
                "orgName": name,
                "projectId": call.settings().eazyrent_project_id,
                "roleKeys": keys,
                "state": "USER_GRANT_STATE_ACTIVE",
                "details": {
                    "creationDate": rfc3339(grant.created_at),
                    "changeDate": rfc3339(grant.updated_at),
                    "resourceOwner": organization,
                },
            })
        })
        .collect();
    Reply::json(StatusCode::OK, &items)
}

/// Keys of the roles that somebody holds in the effective organization.
async fn show(call: &Call<'_>) -> Result<Reply> {
    Reply::json(StatusCode::OK, &grants::list::builtin_keys(call.ctx(), user_id(call)?).await?)
}

/// Replaces them.
async fn replace(call: &Call<'_>) -> Result<Reply> {
    let id = user_id(call)?;
    let keys = update_user_grants(body::json(&call.body().await?)?)?;
    Reply::json(StatusCode::OK, &grants::replace::builtin(call.ctx(), id, &keys).await?)
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[
        Route {
            op: "grants.mine",
            method: Method::GET,
            path: "/iam/v1/user-grants/me/authorizations/",
            need: Need::Caller,
            handler: |call| Box::pin(mine(call)),
        },
        Route {
            op: "grants.list",
            method: Method::GET,
            path: "/iam/v1/user-grants/{user_id}/authorizations/",
            need: Need::Effective(Permission::GrantRead),
            handler: |call| Box::pin(show(call)),
        },
        Route {
            op: "grants.replace",
            method: Method::PUT,
            path: "/iam/v1/user-grants/{user_id}/authorizations/",
            need: Need::Effective(Permission::GrantWrite),
            handler: |call| Box::pin(replace(call)),
        },
    ],
};
