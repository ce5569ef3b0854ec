//! `GET /auth/logout`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::sessions::end;
use iam_wire::dialect::idah::{CookiePlan, Idah, REFRESH, cookie, read_refresh};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

/// Ends the session, and takes the cookies away.
async fn logout(call: &Call<'_>) -> Result<Reply> {
    let refresh = match cookie(call.request(), REFRESH) {
        Some(token) => read_refresh(call.services(), token).await?,
        None => None,
    };
    end::own(call.ctx(), refresh.map(|claims| (claims.account, claims.mark.id))).await?;
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
