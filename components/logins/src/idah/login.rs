//! `POST /auth/login`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::Patch;
use iam_domain::ops::logins::password::{self, LoginFault};
use iam_wire::dialect::idah::logins::{AUTHORIZATION, document, plan, refusal, with_cookies};
use iam_wire::dialect::idah::{Idah, SESSION_LIFETIME, grant, input};
use iam_wire::pipeline::Call;
use iam_wire::shapes::jsonapi::Attributes;
use iam_wire::{Need, Reply, Route, Routes};

/// What a login sends.
struct Login {
    email: String,
    password: String,
    wants_cookies: bool,
}

fn login(mut input: Attributes) -> Result<Login> {
    let (email, password) = (input.required("email"), input.required("password"));
    let cookie = input.boolean("cookie");
    match (email, password) {
        (Some(email), Some(password)) => {
            input.check()?;
            Ok(Login { email, password, wants_cookies: cookie == Patch::Set(true) })
        }
        _ => Err(input.into_error()),
    }
}

/// Logs somebody in.
async fn by_password(call: &Call<'_>) -> Result<Reply> {
    let sent = login(input(call).await?)?;
    let login = match password::into_account(call.ctx(), &sent.email, &sent.password, SESSION_LIFETIME).await? {
        Ok(login) => grant(call.services(), login, plan(call.settings())).await?,
        Err(fault) => {
            let detail = match fault {
                LoginFault::WrongCredentials => "invalid_credentials",
                LoginFault::Inactive => "account_disabled",
            };
            return Ok(refusal(call, "a login", &fault, AUTHORIZATION, detail));
        }
    };
    let document = document(&login, call).meta("token", login.access.token.as_str());
    if sent.wants_cookies { with_cookies(call, &login, document).await } else { document.reply(StatusCode::OK) }
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &Idah,
    routes: &[Route {
        op: "auth.login",
        method: Method::POST,
        path: "/auth/login",
        need: Need::Public,
        handler: |call| Box::pin(by_password(call)),
    }],
};
