//! `/api_keys`, `/api_keys/{resource_id}`, `POST /api_keys/{id}/revoke`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::{ApiKey, CredentialId, NewApiKey};
use iam_domain::ops::credentials::api_keys::change::{self, KeyChange};
use iam_domain::ops::credentials::api_keys::{create, list};
use iam_domain::store::credentials::API_KEYS;
use iam_wire::dialect::idah::{self, Idah, in_attributes, kinds};
use iam_wire::pipeline::Call;
use iam_wire::shapes::jsonapi::{Document, FieldSets, ListShape, list_request, show_request};
use iam_wire::{Need, Reply, Route, Routes};

const SHAPE: ListShape = ListShape { table: &API_KEYS, includable: &[] };

/// The key that a document asks for.
async fn new_key(call: &Call<'_>) -> Result<NewApiKey> {
    let mut input = idah::document(call, kinds::API_KEYS).await?;
    let new = NewApiKey {
        name: idah::name(&mut input, "name").into_value(),
        permissions: input.texts("permissions").into_value().unwrap_or_default(),
        scope_type: input.text("scope_type").into_value(),
        values: input.texts("scope_value").into_value().unwrap_or_default(),
        expires_at: input.moment("expires_at").into_value(),
    };
    input.check()?;
    Ok(new)
}

/// The key that the path names. A text that is no id is one that nothing has: who may not see keys learns nothing of ids.
fn path_id(call: &Call<'_>) -> CredentialId {
    call.param("resource_id").parse().unwrap_or(CredentialId::from_stored(0))
}

/// What a document changes; everything else in it is read-only.
async fn changed(call: &Call<'_>) -> Result<KeyChange> {
    let mut input = idah::document(call, kinds::API_KEYS).await?;
    let change = KeyChange { name: idah::name(&mut input, "name"), expires_at: input.moment("expires_at") };
    input.check()?;
    Ok(change)
}

fn one(call: &Call<'_>, key: &ApiKey, fields: &FieldSets) -> Result<Reply> {
    Document::one(idah::api_key(key, None, call.ctx().now()), fields).reply(StatusCode::OK)
}

/// A page of keys.
async fn index(call: &Call<'_>) -> Result<Reply> {
    let wanted = list_request(call.request(), SHAPE)?;
    let page = list::list(call.ctx(), &wanted.selection).await?;
    let keys = page.items.iter().map(|key| idah::api_key(key, None, call.ctx().now()));
    Document::list(keys, page.counted, &wanted.fields).reply(StatusCode::OK)
}

/// Makes a key. This answer alone has it.
async fn create(call: &Call<'_>) -> Result<Reply> {
    let new = new_key(call).await?;
    let made = create::create(call.ctx(), new, idah::KEY_FORMAT).await.map_err(in_attributes)?;
    let shown = idah::api_key(&made.key, Some(made.text.expose()), call.ctx().now());
    Document::one(shown, &FieldSets::default()).reply(StatusCode::CREATED)
}

/// One key.
async fn show(call: &Call<'_>) -> Result<Reply> {
    let fields = show_request(call.request())?;
    one(call, &list::find(call.ctx(), path_id(call)).await?, &fields)
}

/// Changes name and end of a key.
async fn update(call: &Call<'_>) -> Result<Reply> {
    let change = changed(call).await?;
    let edited = change::update(call.ctx(), path_id(call), change).await.map_err(in_attributes)?;
    one(call, &edited, &FieldSets::default())
}

/// Removes a key.
async fn delete(call: &Call<'_>) -> Result<Reply> {
    change::delete(call.ctx(), path_id(call)).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Ends a key.
async fn revoke(call: &Call<'_>) -> Result<Reply> {
    one(call, &change::revoke(call.ctx(), path_id(call)).await?, &FieldSets::default())
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &Idah,
    routes: &[
        Route {
            op: "iam_keys.index",
            method: Method::GET,
            path: "/api_keys",
            need: Need::Caller,
            handler: |call| Box::pin(index(call)),
        },
        Route {
            op: "iam_keys.create",
            method: Method::POST,
            path: "/api_keys",
            need: Need::Caller,
            handler: |call| Box::pin(create(call)),
        },
        Route {
            op: "iam_keys.show",
            method: Method::GET,
            path: "/api_keys/{resource_id}",
            need: Need::Caller,
            handler: |call| Box::pin(show(call)),
        },
        Route {
            op: "iam_keys.update",
            method: Method::PATCH,
            path: "/api_keys/{resource_id}",
            need: Need::Caller,
            handler: |call| Box::pin(update(call)),
        },
        Route {
            op: "iam_keys.delete",
            method: Method::DELETE,
            path: "/api_keys/{resource_id}",
            need: Need::Caller,
            handler: |call| Box::pin(delete(call)),
        },
        Route {
            op: "iam_keys.revoke",
            method: Method::POST,
            path: "/api_keys/{resource_id}/revoke",
            need: Need::Caller,
            handler: |call| Box::pin(revoke(call)),
        },
    ],
};
