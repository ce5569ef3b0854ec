//! `/api/organizations/{id}/applications` and `/api/organizations/{id}/applications/{application_id}`: the machines of an
//! organization.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::{IdSet, OrganizationId, PrincipalId, PrincipalKind};
use iam_domain::ops::memberships::{self, MemberServiceAccount};
use iam_wire::dialect::logto::{self, ApplicationView, LogtoApi, Pages, RoleRefView, ids, search};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde::Serialize;

const KIND: PrincipalKind = PrincipalKind::ServiceAccount;

/// `Application` with `organizationRoles`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MemberView {
    #[serde(flatten)]
    application: ApplicationView,
    organization_roles: Vec<RoleRefView>,
}

fn member(member: MemberServiceAccount) -> MemberView {
    let organization_roles = member.roles.into_iter().map(Into::into).collect();
    MemberView { application: member.service_account.into(), organization_roles }
}

fn organization(call: &Call<'_>) -> OrganizationId {
    OrganizationId::named(call.param("id"))
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let pages = Pages::mandatory(call)?;
    let query = logto::query(call)?;
    let search = search(&query);
    let page = memberships::service_accounts(call.ctx(), organization(call), pages.window(), search.as_deref()).await?;
    logto::list(call, pages, page, member)
}

async fn add(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let applications = ids(&mut fields, "applicationIds", 1);
    fields.check()?;
    memberships::add(call.ctx(), organization(call), KIND, &IdSet::of(&applications)).await?;
    Ok(Reply::empty(StatusCode::CREATED))
}

async fn replace(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let applications = ids(&mut fields, "applicationIds", 0);
    fields.check()?;
    memberships::replace(call.ctx(), organization(call), KIND, &IdSet::of(&applications)).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

async fn remove(call: &Call<'_>) -> Result<Reply> {
    memberships::remove(call.ctx(), organization(call), KIND, PrincipalId::named(call.param("application_id"))).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "installation.list_organization_applications",
            method: Method::GET,
            path: "/api/organizations/{id}/applications",
            need: Need::Installation,
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "installation.add_organization_applications",
            method: Method::POST,
            path: "/api/organizations/{id}/applications",
            need: Need::Installation,
            handler: |call| Box::pin(add(call)),
        },
        Route {
            op: "installation.replace_organization_applications",
            method: Method::PUT,
            path: "/api/organizations/{id}/applications",
            need: Need::Installation,
            handler: |call| Box::pin(replace(call)),
        },
        Route {
            op: "installation.remove_organization_application",
            method: Method::DELETE,
            path: "/api/organizations/{id}/applications/{application_id}",
            need: Need::Installation,
            handler: |call| Box::pin(remove(call)),
        },
    ],
};
