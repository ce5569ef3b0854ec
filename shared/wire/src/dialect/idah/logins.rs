//! What all answers to a login and a refresh have in common (contracts/idah.md, "Auth endpoints").

use http::StatusCode;
use iam_domain::error::Result;

use super::{CookiePlan, Granted, SESSION_LIFETIME, TokenPlan, refresh_token, refused, views};
use crate::http::reply::Reply;
use crate::pipeline::Call;
use crate::settings::Settings;
use crate::shapes::jsonapi::{Document, FieldSets};

/// Title of refusals of somebody who logs in.
pub const AUTHORIZATION: &str = "Verse::Error::Authorization";

/// How access tokens are made.
pub fn plan(settings: &Settings) -> TokenPlan<'_> {
    TokenPlan { lifetime: settings.idah_access_token_ttl, generation: settings.idah_generation() }
}

/// Who has logged in.
pub fn document(login: &Granted, call: &Call<'_>) -> Document {
    Document::one(views::login(login, call.origin()), &FieldSets::default())
}

/// The answer with the cookies of a login.
pub async fn with_cookies(call: &Call<'_>, login: &Granted, document: Document) -> Result<Reply> {
    let settings = call.settings();
    let refresh = refresh_token(call.services(), login, settings.idah_generation()).await?;
    let refresh = refresh.as_ref().map(|issued| (issued.token.as_str(), SESSION_LIFETIME));
    let access = (login.access.token.as_str(), settings.idah_access_token_ttl);
    Ok(CookiePlan::of(call).give(document.reply(StatusCode::OK)?, access, refresh))
}

/// The answer to somebody who is not let in; why goes to the log.
pub fn refusal(
    call: &Call<'_>,
    what: &str,
    why: &impl std::fmt::Debug,
    title: &'static str,
    detail: &'static str,
) -> Reply {
    let request = &call.ctx().request().id;
    crate::log::line(&format!("level=warn request={request} {what} was refused: {why:?}"));
    refused(title, detail)
}
