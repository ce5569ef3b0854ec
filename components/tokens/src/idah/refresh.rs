//! `GET /auth/refresh`.

use http::Method;
use iam_domain::error::Result;
use iam_domain::ops::account_refreshes::{self, RefreshFault};
use iam_wire::dialect::idah::logins::{AUTHORIZATION, document, plan, refusal, with_cookies};
use iam_wire::dialect::idah::{CookiePlan, Idah, REFRESH, cookie};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

/// Title of refusals of refresh tokens.
const BAD_REFRESH_TOKEN: &str = "BadRefreshTokenError";

/// Exchanges the refresh token for new tokens.
async fn refresh(call: &Call<'_>) -> Result<Reply> {
    let refreshed = match cookie(call.request(), REFRESH) {
        Some(token) => account_refreshes::refresh(call.ctx(), token, plan(call.settings())).await?,
        None => Err(RefreshFault::BadToken),
    };
    match refreshed {
        Ok(login) => with_cookies(call, &login, document(&login, call)).await,
        Err(fault) => {
            let (title, detail) = match fault {
                RefreshFault::BadToken => (BAD_REFRESH_TOKEN, "Invalid JWT token"),
                RefreshFault::Replayed => (BAD_REFRESH_TOKEN, "Bad uid/refid"),
                RefreshFault::NoAccount => (BAD_REFRESH_TOKEN, "Account not found"),
                RefreshFault::Disabled => (AUTHORIZATION, "account_disabled"),
            };
            Ok(CookiePlan::of(call).take_refresh(refusal(call, "a refresh", &fault, title, detail)))
        }
    }
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &Idah,
    routes: &[Route {
        op: "auth.refresh",
        method: Method::GET,
        path: "/auth/refresh",
        need: Need::Public,
        handler: |call| Box::pin(refresh(call)),
    }],
};
