//! `GET /auth/logout`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::account_sessions;
use iam_wire::dialect::idah::{CookiePlan, Idah, REFRESH, cookie};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

/// Ends the session, and takes the cookies away.
async fn logout(call: &Call<'_>) -> Result<Reply> {
    account_sessions::log_out(call.ctx(), cookie(call.request(), REFRESH)).await?;
    Ok(CookiePlan::of(call).take_both(Reply::empty(StatusCode::NO_CONTENT)))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &Idah,
    routes: &[Route {
        op: "auth.logout",
        method: Method::GET,
        path: "/auth/logout",
        need: Need::Caller,
        handler: |call| Box::pin(logout(call)),
    }],
};
