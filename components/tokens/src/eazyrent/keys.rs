//! `GET /oauth/v2/keys`.

use http::Method;
use iam_wire::dialect::oauth::OAuth;
use iam_wire::{Need, Route, Routes};

use crate::discovery::key_set;

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &OAuth,
    routes: &[Route {
        op: "discovery.key_set",
        method: Method::GET,
        path: "/oauth/v2/keys",
        need: Need::Public,
        handler: |call| Box::pin(key_set(call)),
    }],
};
