//! `GET /oidc/jwks`.

use http::Method;
use iam_wire::dialect::logto::LogtoOidc;
use iam_wire::{Need, Route, Routes};

use crate::discovery::key_set;

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoOidc,
    routes: &[Route {
        op: "oidc.key_set",
        method: Method::GET,
        path: "/oidc/jwks",
        need: Need::Public,
        handler: |call| Box::pin(key_set(call)),
    }],
};
