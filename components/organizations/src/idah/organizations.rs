//! `/organizations`, `/organizations/{resource_id}`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::{NewOrganization, Organization, OrganizationChange, OrganizationId, Patch};
use iam_domain::ops::organizations::create::{self as make, Links};
use iam_domain::ops::organizations::{delete as remove, find, update as change};
use iam_domain::store::organizations::ORGANIZATIONS;
use iam_wire::dialect::idah::{self, Idah, kinds};
use iam_wire::pipeline::Call;
use iam_wire::shapes::jsonapi::{Document, FieldSets, ListShape, list_request, show_request};
use iam_wire::{Need, Reply, Route, Routes};

const SHAPE: ListShape = ListShape { table: &ORGANIZATIONS, includable: &[] };

/// The name that a document gives, where an empty one is none; everything else in it is read-only.
async fn name(call: &Call<'_>) -> Result<Patch<String>> {
    let mut input = idah::document(call, kinds::ORGANIZATIONS).await?;
    let name = idah::name(&mut input, "name");
    input.check()?;
    Ok(match name {
        Patch::Set(name) if name.is_empty() => Patch::Clear,
        name => name,
    })
}

fn one(organization: &Organization, fields: &FieldSets, status: StatusCode) -> Result<Reply> {
    Document::one(idah::organization(organization), fields).reply(status)
}

/// The organization that the path names.
fn path_id(call: &Call<'_>) -> Result<OrganizationId> {
    idah::path_id(call).map(OrganizationId::from_stored)
}

/// A page of organizations.
async fn index(call: &Call<'_>) -> Result<Reply> {
    let wanted = list_request(call.request(), SHAPE)?;
    let page = find::list(call.ctx(), &wanted.selection).await?;
    let organizations = page.items.iter().map(idah::organization);
    Document::list(organizations, page.counted, &wanted.fields).reply(StatusCode::OK)
}

/// Makes an organization.
async fn create(call: &Call<'_>) -> Result<Reply> {
    let new = NewOrganization { name: name(call).await?.into_value(), ..NewOrganization::nameless() };
    let made = make::create(call.ctx(), new, Links::None).await?;
    one(&made.organization, &FieldSets::default(), StatusCode::CREATED)
}

/// One organization.
async fn show(call: &Call<'_>) -> Result<Reply> {
    let (id, fields) = (path_id(call)?, show_request(call.request())?);
    one(&find::find(call.ctx(), id).await?.organization, &fields, StatusCode::OK)
}

/// Names an organization anew.
async fn update(call: &Call<'_>) -> Result<Reply> {
    let (id, name) = (path_id(call)?, name(call).await?);
    let renamed = OrganizationChange { name, ..OrganizationChange::default() };
    let edited = change::update(call.ctx(), id, renamed).await?;
    one(&edited.organization, &FieldSets::default(), StatusCode::OK)
}

/// Removes an organization.
async fn delete(call: &Call<'_>) -> Result<Reply> {
    remove::delete(call.ctx(), path_id(call)?).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &Idah,
    routes: &[
        Route {
            op: "iam_organizations.index",
            method: Method::GET,
            path: "/organizations",
            need: Need::Caller,
            handler: |call| Box::pin(index(call)),
        },
        Route {
            op: "iam_organizations.create",
            method: Method::POST,
            path: "/organizations",
            need: Need::Caller,
            handler: |call| Box::pin(create(call)),
        },
        Route {
            op: "iam_organizations.show",
            method: Method::GET,
            path: "/organizations/{resource_id}",
            need: Need::Caller,
            handler: |call| Box::pin(show(call)),
        },
        Route {
            op: "iam_organizations.update",
            method: Method::PATCH,
            path: "/organizations/{resource_id}",
            need: Need::Caller,
            handler: |call| Box::pin(update(call)),
        },
        Route {
            op: "iam_organizations.delete",
            method: Method::DELETE,
            path: "/organizations/{resource_id}",
            need: Need::Caller,
            handler: |call| Box::pin(delete(call)),
        },
    ],
};
