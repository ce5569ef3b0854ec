//! `GET /auth/refresh`.

use http::Method;
use iam_domain::error::Result;
use iam_domain::ops::sessions::refresh::{self, RefreshFault};
use iam_wire::dialect::idah::logins::{AUTHORIZATION, document, plan, refusal, with_cookies};
use iam_wire::dialect::idah::{CookiePlan, Idah, REFRESH, SESSION_LIFETIME, cookie, grant, read_refresh};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

/// Title of refusals of refresh tokens.
const BAD_REFRESH_TOKEN: &str = "BadRefreshTokenError";

/// Exchanges the refresh token for new tokens.
async fn exchange(call: &Call<'_>) -> Result<Reply> {
    let claims = match cookie(call.request(), REFRESH) {
        Some(token) => read_refresh(call.services(), token).await?,
        None => None,
    };
    let refreshed = match claims {
        Some(claims) => refresh::refresh(call.ctx(), claims.account, claims.mark, SESSION_LIFETIME).await?,
        None => Err(RefreshFault::BadToken),
    };
    match refreshed {
        Ok(login) => {
            let login = grant(call.services(), login, plan(call.settings())).await?;
            with_cookies(call, &login, document(&login, call)).await
        }
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
        handler: |call| Box::pin(exchange(call)),
    }],
};
