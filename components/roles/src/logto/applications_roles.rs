//! `/api/applications/{id}/roles` (contracts/logto.md, "Beyond the seed").

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::{IdSet, PrincipalId, PrincipalKind, RoleId};
use iam_domain::ops::grants::{self, Holder, NamedRoles};
use iam_wire::dialect::logto::{self, LogtoApi, Pages, TenantRoleView, not_exists_with_id};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde::Serialize;

/// What was asked for, and what of it is new.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Given {
    role_ids: Vec<String>,
    added_role_ids: Vec<String>,
}

fn holder(call: &Call<'_>) -> Holder {
    let id = PrincipalId::named(call.param("id"));
    Holder { organization: None, kind: PrincipalKind::ServiceAccount, id }
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let pages = Pages::mandatory(call)?;
    let page = grants::list::list(call.ctx(), holder(call), pages.window()).await;
    logto::list(call, pages, page.map_err(not_exists_with_id)?, TenantRoleView::from)
}

async fn give(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let role_ids = logto::ids(&mut fields, "roleIds", 0);
    fields.check()?;
    let named = NamedRoles { ids: IdSet::of(&role_ids), names: Vec::new() };
    let added = grants::give(call.ctx(), holder(call), &named).await;
    let added_role_ids = added.map_err(not_exists_with_id)?.iter().map(ToString::to_string).collect();
    Reply::json(StatusCode::CREATED, &Given { role_ids, added_role_ids })
}

async fn take(call: &Call<'_>) -> Result<Reply> {
    grants::take(call.ctx(), holder(call), RoleId::named(call.param("roleId"))).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "installation.list_application_roles",
            method: Method::GET,
            path: "/api/applications/{id}/roles",
            need: Need::Installation,
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "installation.give_application_roles",
            method: Method::POST,
            path: "/api/applications/{id}/roles",
            need: Need::Installation,
            handler: |call| Box::pin(give(call)),
        },
        Route {
            op: "installation.take_application_role",
            method: Method::DELETE,
            path: "/api/applications/{id}/roles/{roleId}",
            need: Need::Installation,
            handler: |call| Box::pin(take(call)),
        },
    ],
};
