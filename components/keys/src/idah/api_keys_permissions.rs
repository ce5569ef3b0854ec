//! `GET /api_keys/permissions`, `GET /api_keys/permissions/{scope_type}`.

use std::future::ready;

use http::{Method, StatusCode};
use iam_domain::error::{Error, Result};
use iam_domain::ops::credentials::api_keys::list;
use iam_domain::policy::KeyScope;
use iam_wire::dialect::idah::{self, Idah};
use iam_wire::pipeline::Call;
use iam_wire::shapes::jsonapi::{Document, fault, show_request};
use iam_wire::{Need, Reply, Route, Routes};

fn offered(call: &Call<'_>, scope: KeyScope) -> Result<Reply> {
    let fields = show_request(call.request())?;
    let permissions = list::permissions(call.ctx(), scope)?;
    Document::list(permissions.into_iter().map(idah::api_permission), None, &fields).reply(StatusCode::OK)
}

/// What keys that count everywhere can be given.
fn everywhere(call: &Call<'_>) -> Result<Reply> {
    offered(call, KeyScope::All)
}

/// What keys of a scope can be given.
fn of_scope(call: &Call<'_>) -> Result<Reply> {
    let unknown = || Error::invalid(vec![fault(&["scope_type"], "must be one of `all`, `org`, `project`")]);
    offered(call, KeyScope::from_stored(call.param("scope_type")).ok_or_else(unknown)?)
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &Idah,
    routes: &[
        Route {
            op: "iam_key_permissions.index",
            method: Method::GET,
            path: "/api_keys/permissions",
            need: Need::Caller,
            handler: |call| Box::pin(ready(everywhere(call))),
        },
        Route {
            op: "iam_key_permissions.of_scope",
            method: Method::GET,
            path: "/api_keys/permissions/{scope_type}",
            need: Need::Caller,
            handler: |call| Box::pin(ready(of_scope(call))),
        },
    ],
};
