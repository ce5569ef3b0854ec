//! `POST /oauth/v2/token`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::Caller;
use iam_domain::ops::logins::client::ClientFault;
use iam_domain::ops::logins::password::{self, LoginFault};
use iam_domain::ops::tokens::access::{self, TokenRequest};
use iam_wire::dialect::eazyrent::ScopeRequest;
use iam_wire::dialect::oauth::client::{self, CLIENT_CREDENTIALS, JWT_BEARER, Outcome, PASSWORD, TokenAnswer};
use iam_wire::dialect::oauth::{OAuth, Refusal};
use iam_wire::http::form::Form;
use iam_wire::pipeline::Call;
use iam_wire::{ClientCredentials, Need, Reply, Route, Routes, client_credentials};

/// Issues a token.
async fn issue(call: &Call<'_>) -> Result<Reply> {
    Ok(client::reply(try_issue(call).await?, OAuth::refuse))
}

async fn try_issue(call: &Call<'_>) -> Outcome<Reply> {
    let form = match client::form(call, false).await? {
        Ok(form) => form,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let caller = match form.get("grant_type") {
        Some(CLIENT_CREDENTIALS) => client::authenticate(call, &form).await?,
        Some(JWT_BEARER) => assertion(call, &form).await?,
        Some(PASSWORD) => password(call, &form).await?,
        Some(_) => {
            let known = format!("grant_type must be {CLIENT_CREDENTIALS}, {JWT_BEARER} or {PASSWORD}");
            Err(Refusal::bad_request("unsupported_grant_type", known))
        }
        None => Err(Refusal::bad_request("invalid_request", "grant_type is missing")),
    };
    match caller {
        Ok(caller) => answer(call, &form, &caller).await.map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// The assertion is the grant here, so a bad one is `invalid_grant` (RFC 7523 §3.1).
async fn assertion(call: &Call<'_>, form: &Form) -> Outcome<Caller> {
    let Some(assertion) = form.get("assertion") else {
        return Ok(Err(Refusal::bad_request("invalid_request", "assertion is missing")));
    };
    let caller = client::by_assertion(call, assertion).await?;
    Ok(caller.map_err(|fault: ClientFault| {
        client::refused_login(call, &fault);
        Refusal::bad_request("invalid_grant", client::describe(&fault))
    }))
}

/// A client may prove itself along with the person, and must then succeed; it need not (RFC 6749 §4.3.2).
async fn password(call: &Call<'_>, form: &Form) -> Outcome<Caller> {
    let (Some(username), Some(password)) = (form.get("username"), form.get("password")) else {
        return Ok(Err(Refusal::bad_request("invalid_request", "username or password is missing")));
    };
    if client_credentials(call.request(), form) != ClientCredentials::Absent
        && let Err(refusal) = client::authenticate(call, form).await?
    {
        return Ok(Err(refusal));
    }
    let lifetime = call.settings().eazyrent_tokens.lifetime;
    let caller = password::by_password(call.ctx(), username, password, lifetime).await?;
    Ok(caller.map_err(|fault| {
        let request = &call.ctx().request().id;
        iam_wire::log::line(&format!("level=warn request={request} a login was refused: {fault:?}"));
        let description = match fault {
            LoginFault::WrongCredentials => "unknown user or wrong password",
            LoginFault::Inactive => "the account is not active",
        };
        Refusal::bad_request("invalid_grant", description)
    }))
}

async fn answer(call: &Call<'_>, form: &Form, caller: &Caller) -> Result<Reply> {
    let settings = call.settings();
    let wanted = ScopeRequest::parse(form.get("scope").unwrap_or_default(), &settings.eazyrent_project_id);
    let mut audiences = vec![call.origin().to_owned()];
    audiences.extend(wanted.asks_for_project().then(|| settings.eazyrent_project_id.clone()));
    let scope = wanted.granted();
    let request = TokenRequest {
        caller,
        issuer: call.origin(),
        audiences,
        scope: scope.clone(),
        lifetime: settings.eazyrent_tokens.lifetime,
        claims: wanted.claims(caller),
        algorithm: settings.eazyrent_tokens.algorithm,
        generation: &settings.signing_key_generation,
    };
    let expires_in = request.lifetime;
    let access_token = access::issue(call.services(), request).await?;
    Reply::json(StatusCode::OK, &TokenAnswer { access_token, token_type: "Bearer", expires_in, scope })
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &OAuth,
    routes: &[Route {
        op: "token.issue",
        method: Method::POST,
        path: "/oauth/v2/token",
        need: Need::Public,
        handler: |call| Box::pin(issue(call)),
    }],
};
