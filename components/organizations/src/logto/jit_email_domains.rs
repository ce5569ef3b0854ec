//! `/api/organizations/{id}/jit/email-domains`: domains whose people join without an invitation (contracts/logto.md,
//! "Beyond the seed").

use http::{Method, StatusCode};
use iam_domain::error::{FaultCode, Result};
use iam_domain::model::{EmailDomain, OrganizationId};
use iam_domain::ops::memberships::jit;
use iam_wire::dialect::logto::{self, LogtoApi, Pages, TENANT};
use iam_wire::http::body::Fields;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde::Serialize;

/// `OrganizationJitEmailDomain`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DomainView {
    tenant_id: &'static str,
    organization_id: String,
    email_domain: String,
}

impl DomainView {
    fn of(organization: &str, domain: &str) -> Self {
        Self { tenant_id: TENANT, organization_id: organization.to_owned(), email_domain: domain.to_owned() }
    }
}

/// `emailDomains`, which must be there.
fn domains(fields: &mut Fields) -> Vec<EmailDomain> {
    const KEY: &str = "emailDomains";
    if !fields.has(KEY) {
        return fields.fault(KEY, FaultCode::Missing, "Required").unwrap_or_default();
    }
    fields.items(KEY, EmailDomain::parse)
}

fn organization(call: &Call<'_>) -> OrganizationId {
    OrganizationId::named(call.param("id"))
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let pages = Pages::optional(call)?;
    let page = jit::domains(call.ctx(), organization(call), pages.window()).await?;
    logto::list(call, pages, page, |domain| DomainView::of(call.param("id"), &domain))
}

async fn add(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let domain = fields.required("emailDomain", EmailDomain::parse);
    let Some(domain) = domain else { return Err(fields.into_error()) };
    let organization = organization(call);
    jit::add_domain(call.ctx(), organization, &domain).await?;
    Reply::json(StatusCode::CREATED, &DomainView::of(&organization.to_string(), domain.text()))
}

async fn replace(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let domains = domains(&mut fields);
    fields.check()?;
    jit::replace_domains(call.ctx(), organization(call), &domains).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

async fn remove(call: &Call<'_>) -> Result<Reply> {
    jit::remove_domain(call.ctx(), organization(call), call.param("email_domain")).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "installation.list_jit_domains",
            method: Method::GET,
            path: "/api/organizations/{id}/jit/email-domains",
            need: Need::Installation,
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "installation.add_jit_domain",
            method: Method::POST,
            path: "/api/organizations/{id}/jit/email-domains",
            need: Need::Installation,
            handler: |call| Box::pin(add(call)),
        },
        Route {
            op: "installation.replace_jit_domains",
            method: Method::PUT,
            path: "/api/organizations/{id}/jit/email-domains",
            need: Need::Installation,
            handler: |call| Box::pin(replace(call)),
        },
        Route {
            op: "installation.remove_jit_domain",
            method: Method::DELETE,
            path: "/api/organizations/{id}/jit/email-domains/{email_domain}",
            need: Need::Installation,
            handler: |call| Box::pin(remove(call)),
        },
    ],
};
