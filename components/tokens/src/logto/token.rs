//! `POST /oidc/token` (contracts/logto.md, "Tokens").

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::OrganizationId;
use iam_domain::ops::Caller;
use iam_domain::ops::grants::scopes::{self, Granted, ScopeQuery};
use iam_domain::ops::logins::client::{ClientFault, by_secret};
use iam_domain::ops::tokens::access::{self, TokenRequest};
use iam_wire::dialect::logto::LogtoOidc;
use iam_wire::dialect::oauth::Refusal;
use iam_wire::dialect::oauth::client::{self, CLIENT_CREDENTIALS, Outcome, TokenAnswer};
use iam_wire::http::form::Form;
use iam_wire::pipeline::Call;
use iam_wire::{ClientCredentials, Need, Reply, Route, Routes, client_credentials};
use serde_json::Map;

/// What the audience of a token for an organization alone begins with (contract, "Tokens").
const ORGANIZATION_AUDIENCE: &str = "urn:logto:organization:";

/// Issues a token.
async fn issue(call: &Call<'_>) -> Result<Reply> {
    Ok(client::reply(try_issue(call).await?, LogtoOidc::refuse))
}

async fn try_issue(call: &Call<'_>) -> Outcome<Reply> {
    let form = match client::form(call, true).await? {
        Ok(form) => form,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let caller = match authenticate(call, &form).await? {
        Ok(caller) => caller,
        Err(refusal) => return Ok(Err(refusal)),
    };
    match form.get("grant_type") {
        Some(CLIENT_CREDENTIALS) => {}
        Some(_) => {
            return Ok(Err(Refusal::bad_request("unsupported_grant_type", "grant_type must be client_credentials")));
        }
        None => return Ok(Err(Refusal::bad_request("invalid_request", "grant_type is missing"))),
    }
    if form.count("resource") > 1 {
        return Ok(Err(Refusal::bad_request("invalid_target", "only one resource can be asked for at a time")));
    }
    let organization = form.get("organization_id").map(str::parse::<OrganizationId>);
    let query =
        ScopeQuery { resource: form.get("resource"), organization, organization_audience: ORGANIZATION_AUDIENCE };
    match scopes::granted(call.services(), &caller, query).await? {
        Granted::Scopes(grant) => answer(call, &form, &caller, grant).await.map(Ok),
        Granted::NoTarget => Ok(Err(Refusal::bad_request("invalid_target", "resource or organization_id is needed"))),
        Granted::UnknownResource => Ok(Err(Refusal::bad_request("invalid_target", "the resource is not known"))),
        Granted::NotMember => Ok(Err(Refusal {
            status: StatusCode::FORBIDDEN,
            error: "access_denied",
            description: "the application is not in the organization".to_owned(),
        })),
    }
}

/// Logto's own statuses: no authentication and an expired secret are 400 `invalid_request`, an unknown client is 400
/// `invalid_client`, a wrong secret 401.
async fn authenticate(call: &Call<'_>, form: &Form) -> Outcome<Caller> {
    let (id, secret) = match client_credentials(call.request(), form) {
        ClientCredentials::Secret { id, secret } => (id, secret),
        ClientCredentials::Absent | ClientCredentials::Assertion(_) => {
            return Ok(Err(Refusal::bad_request("invalid_request", "client authentication is missing")));
        }
        ClientCredentials::Unreadable(why) | ClientCredentials::Malformed(why) => {
            return Ok(Err(Refusal::bad_request("invalid_request", why)));
        }
    };
    let caller = by_secret(call.services(), &id, &secret).await?;
    Ok(caller.map_err(|fault| match fault {
        ClientFault::SecretExpired => Refusal::bad_request("invalid_request", client::describe(&fault)),
        ClientFault::Unknown => Refusal::bad_request("invalid_client", "the client is not known"),
        ClientFault::WrongSecret | ClientFault::Inactive | ClientFault::Assertion(_) => {
            client::refused_login(call, &fault);
            Refusal::invalid_client(client::describe(&fault))
        }
    }))
}

async fn answer(call: &Call<'_>, form: &Form, caller: &Caller, grant: scopes::ScopeTarget) -> Result<Reply> {
    let settings = call.settings();
    let scope = granted_scope(form.get("scope").unwrap_or_default(), &grant);
    let mut claims = Map::new();
    if let Some(organization) = grant.organization_claim {
        claims.insert("organization_id".into(), organization.to_string().into());
    }
    let issuer = LogtoOidc::issuer(call.origin());
    let lifetime = grant.lifetime.unwrap_or(settings.logto_tokens.lifetime);
    let request = TokenRequest {
        caller,
        issuer: &issuer,
        audiences: vec![grant.audience],
        scope: scope.clone(),
        lifetime,
        claims,
        algorithm: settings.logto_tokens.algorithm,
        generation: &settings.signing_key_generation,
    };
    let access_token = access::issue(call.services(), request).await?;
    Reply::json(StatusCode::OK, &TokenAnswer { access_token, token_type: "Bearer", expires_in: lifetime, scope })
}

/// Wished scopes that are held, in the order wished, each once. For a resource "nothing granted" leaves the scope out;
/// for an organization it stays, empty.
fn granted_scope(wished: &str, grant: &scopes::ScopeTarget) -> Option<String> {
    let mut granted: Vec<&str> = Vec::new();
    for word in wished.split(' ').filter(|word| !word.is_empty()) {
        if grant.scopes.iter().any(|held| held == word) && !granted.contains(&word) {
            granted.push(word);
        }
    }
    (!granted.is_empty() || grant.keeps_empty_scope).then(|| granted.join(" "))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoOidc,
    routes: &[Route {
        op: "oidc.token",
        method: Method::POST,
        path: "/oidc/token",
        need: Need::Public,
        handler: |call| Box::pin(issue(call)),
    }],
};
