//! `GET /healthcheck`, `GET /_service`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::installation::health;
use iam_wire::dialect::idah::Idah;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde_json::json;

/// Whether what the service needs is there.
async fn health(call: &Call<'_>) -> Result<Reply> {
    let (status, word) = match health::check(call.services()).await {
        Ok(()) => (StatusCode::OK, "OK"),
        Err(error) => {
            iam_wire::log::failure(&call.ctx().request().id, "service.health", &error);
            (StatusCode::INTERNAL_SERVER_ERROR, "FAILED")
        }
    };
    Reply::json(status, &json!({ "sqlite": word }))
}

/// What this is, and which answer it was.
fn service(call: &Call<'_>) -> Result<Reply> {
    Reply::json(StatusCode::OK, &json!({ "service": "iam", "id": call.ctx().request().id }))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &Idah,
    routes: &[
        Route {
            op: "service.health",
            method: Method::GET,
            path: "/healthcheck",
            need: Need::Public,
            handler: |call| Box::pin(health(call)),
        },
        Route {
            op: "service.show",
            method: Method::GET,
            path: "/_service",
            need: Need::Public,
            handler: |call| Box::pin(std::future::ready(service(call))),
        },
    ],
};
