//! `POST /auth/api/login`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::Patch;
use iam_domain::ops::credentials::api_keys::create::KeyFormat;
use iam_domain::ops::logins::api_key::{self, KeyFault};
use iam_wire::dialect::idah::logins::{AUTHORIZATION, document, plan, refusal};
use iam_wire::dialect::idah::{Idah, KEY_FORMAT, TokenPlan, grant_key, input};
use iam_wire::pipeline::Call;
use iam_wire::shapes::jsonapi::Attributes;
use iam_wire::{Need, Reply, Route, Routes};

/// Seconds that a token lives, if it is not said, and at most.
const LIFETIME: i64 = 3600;
const LONGEST: i64 = 86_400;

/// What a login sends: key, and seconds that the token is to live.
fn login(mut input: Attributes) -> Result<(String, i64)> {
    let key = input.required("api_key");
    let lifetime = match input.integer("token_expiration") {
        Patch::Keep | Patch::Clear => LIFETIME,
        Patch::Set(seconds) if (1..=LONGEST).contains(&seconds) => seconds,
        Patch::Set(_) => {
            input.fault::<()>("token_expiration", "must be between 1 and 86400");
            LIFETIME
        }
    };
    match key {
        Some(key) => input.check().map(|()| (key, lifetime)),
        None => Err(input.into_error()),
    }
}

/// Whether a text can be a key.
fn is_key(text: &str) -> bool {
    let KeyFormat { prefix, digits } = KEY_FORMAT;
    text.starts_with(prefix) && text.len() == prefix.len() + digits
}

/// Logs an API key in.
async fn by_key(call: &Call<'_>) -> Result<Reply> {
    let (key, lifetime) = login(input(call).await?)?;
    let known = if is_key(&key) { api_key::by_key(call.ctx(), &key, lifetime).await? } else { Err(KeyFault::NoKey) };
    match known {
        Ok((key, lifetime)) => {
            let plan = TokenPlan { lifetime, ..plan(call.settings()) };
            let login = grant_key(call.services(), key, plan).await?;
            document(&login, call).meta("token", login.access.token.as_str()).reply(StatusCode::OK)
        }
        Err(fault) => {
            let detail = match fault {
                KeyFault::NoKey => "Invalid Key",
                KeyFault::Unknown => "Invalid credentials",
                KeyFault::Over => "API key has been revoked or expired",
                KeyFault::Inactive => "account_disabled",
            };
            Ok(refusal(call, "a login by API key", &fault, AUTHORIZATION, detail))
        }
    }
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &Idah,
    routes: &[Route {
        op: "auth.api_login",
        method: Method::POST,
        path: "/auth/api/login",
        need: Need::Public,
        handler: |call| Box::pin(by_key(call)),
    }],
};
