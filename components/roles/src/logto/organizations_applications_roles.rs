//! `/api/organizations/{id}/applications/roles` and `/api/organizations/{id}/applications/{application_id}/roles`:
//! organization roles of machines.

use http::Method;
use iam_domain::error::Result;
use iam_domain::model::{IdSet, PrincipalKind};
use iam_domain::ops::grants::NamedRoles;
use iam_wire::dialect::logto::{self, LogtoApi, ids};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Route, Routes};

use super::organizations_members_roles::Members;

const APPLICATIONS: Members =
    Members { kind: PrincipalKind::ServiceAccount, param: "application_id", list: "applicationIds" };

/// Roles by id only, and at least one.
async fn roles(call: &Call<'_>) -> Result<NamedRoles> {
    let mut fields = logto::body(call).await?;
    let ids = ids(&mut fields, "organizationRoleIds", 1);
    fields.check()?;
    Ok(NamedRoles { ids: IdSet::of(&ids), names: Vec::new() })
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "installation.give_organization_roles_to_applications",
            method: Method::POST,
            path: "/api/organizations/{id}/applications/roles",
            need: Need::Installation,
            handler: |call| Box::pin(APPLICATIONS.give_roles_to_many(call)),
        },
        Route {
            op: "installation.list_organization_application_roles",
            method: Method::GET,
            path: "/api/organizations/{id}/applications/{application_id}/roles",
            need: Need::Installation,
            handler: |call| Box::pin(APPLICATIONS.roles(call)),
        },
        Route {
            op: "installation.give_organization_application_roles",
            method: Method::POST,
            path: "/api/organizations/{id}/applications/{application_id}/roles",
            need: Need::Installation,
            handler: |call| Box::pin(async move { APPLICATIONS.give_roles(call, roles(call).await).await }),
        },
        Route {
            op: "installation.replace_organization_application_roles",
            method: Method::PUT,
            path: "/api/organizations/{id}/applications/{application_id}/roles",
            need: Need::Installation,
            handler: |call| Box::pin(async move { APPLICATIONS.replace_roles(call, roles(call).await).await }),
        },
        Route {
            op: "installation.take_organization_application_role",
            method: Method::DELETE,
            path: "/api/organizations/{id}/applications/{application_id}/roles/{role_id}",
            need: Need::Installation,
            handler: |call| Box::pin(APPLICATIONS.take_role(call)),
        },
    ],
};
