//! `/iam/v1/organizations/accounts/` and `/iam/v1/organizations/accounts/{id}/`: accounts linked to an organization.

use http::{Method, StatusCode};
use iam_domain::error::{Error, FaultCode, Result};
use iam_domain::model::{AccountType, Name, NewOrganization};
use iam_domain::ops::organizations::create::{self, LinkTo, Links};
use iam_domain::ops::organizations::links;
use iam_domain::policy::Permission;
use iam_wire::dialect::eazyrent::{EazyRent, ListOrganization, OrganizationView, postal_address, short_text};
use iam_wire::http::body::{self, Fields};
use iam_wire::http::list::JsonList;
use iam_wire::pipeline::Call;
use iam_wire::shapes::picture;
use iam_wire::{Need, Reply, Route, Routes};
use serde_json::Value;

/// `CreateOrganization`.
fn create_organization(body: Option<Value>) -> Result<(NewOrganization, Links)> {
    let mut fields = Fields::of(body)?;
    let name = fields.required("name", Name::parse);
    let parent = fields.nullable("organization_id", link).unwrap_or(LinkTo::Offered);
    let insurer = fields.nullable("insurance_id", link).unwrap_or(LinkTo::Offered);
    let logo_url = fields.nullable("logo", logo);
    let registration_number = fields.nullable("registration_number", short_text).filter(|text| !text.is_empty());
    let address = fields.nullable("address", postal_address);
    let account_type = fields.optional("account_type", account_type).unwrap_or(AccountType::Default);
    let Some(name) = name else { return Err(fields.into_error()) };
    fields.check()?;
    let named = NewOrganization::named(name.text());
    Ok((
        NewOrganization { account_type, logo_url, registration_number, address, ..named },
        Links::Here { parent, insurer },
    ))
}

/// A text that is no id names an organization that does not exist.
#[allow(clippy::unnecessary_wraps, reason = "the shape of a field's parser")]
fn link(_: &'static str, text: &str) -> Result<LinkTo> {
    Ok(text.parse().map_or(LinkTo::Unknown, LinkTo::Named))
}

/// Address of a picture elsewhere. The contract lets any text through; one that could run when it is opened is not.
fn logo(key: &'static str, text: &str) -> Result<String> {
    let text = short_text(key, text)?;
    if text.is_empty() {
        return Err(Error::field(key, FaultCode::TooShort, "This must not be blank."));
    }
    if picture::can_run(&text) {
        return Err(Error::field(key, FaultCode::Value, "This is not the address of a picture."));
    }
    Ok(text)
}

fn account_type(key: &'static str, text: &str) -> Result<AccountType> {
    match text {
        "DEFAULT" => Ok(AccountType::Default),
        "ORGANIZATION" => Ok(AccountType::Organization),
        "INSURANCE" => Ok(AccountType::Insurance),
        _ => {
            let message = "Input should be 'DEFAULT', 'ORGANIZATION' or 'INSURANCE'";
            Err(Error::field(key, FaultCode::Value, message))
        }
    }
}

/// All accounts linked to the caller's own organization.
async fn list(call: &Call<'_>) -> Result<Reply> {
    let mut accounts = links::list(call.ctx())?;
    let mut list = JsonList::default();
    while let Some(page) = accounts.next().await? {
        list.extend(page.into_iter().map(|account| ListOrganization::new(account, call.origin())))?;
    }
    Ok(list.into_reply())
}

/// Makes an account linked to the effective organization.
async fn create(call: &Call<'_>) -> Result<Reply> {
    let (new, links) = create_organization(body::json(&call.body().await?)?)?;
    let organization = create::create(call.ctx(), new, links).await?;
    Reply::json(StatusCode::OK, &OrganizationView::new(organization, call.origin()))
}

/// Ends the link of an account to the effective organization.
async fn unlink(call: &Call<'_>) -> Result<Reply> {
    let id = call.param("id").parse().map_err(|_| Error::not_found("Account"))?;
    links::unlink(call.ctx(), id).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[
        Route {
            op: "accounts.list",
            method: Method::GET,
            path: "/iam/v1/organizations/accounts/",
            need: Need::Home(Permission::OrganizationRead),
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "accounts.create",
            method: Method::POST,
            path: "/iam/v1/organizations/accounts/",
            need: Need::Effective(Permission::OrganizationWrite),
            handler: |call| Box::pin(create(call)),
        },
        Route {
            op: "accounts.unlink",
            method: Method::DELETE,
            path: "/iam/v1/organizations/accounts/{id}/",
            need: Need::Effective(Permission::OrganizationWrite),
            handler: |call| Box::pin(unlink(call)),
        },
    ],
};
