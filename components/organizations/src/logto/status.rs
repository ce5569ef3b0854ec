//! `/api/status`: whether the server is there.

use std::future::ready;

use http::{Method, StatusCode};
use iam_wire::dialect::logto::LogtoApi;
use iam_wire::{Need, Reply, Route, Routes};

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[Route {
        op: "status.show",
        method: Method::GET,
        path: "/api/status",
        need: Need::Public,
        handler: |_| Box::pin(ready(Ok(Reply::empty(StatusCode::NO_CONTENT)))),
    }],
};
