//! `POST /oauth/v2/revoke` (RFC 7009).

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::tokens::revoke::{self, Revocation};
use iam_wire::dialect::oauth::{OAuth, Refusal, client};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

use super::{issuers, token_and_client};

/// Ends a token of the calling client.
async fn revoke(call: &Call<'_>) -> Result<Reply> {
    let outcome = match token_and_client(call).await? {
        Ok((token, client)) => {
            let issuers = issuers(call);
            let issuers: Vec<&str> = issuers.iter().map(String::as_str).collect();
            match revoke::revoke(call.ctx(), &client, &token, &issuers).await? {
                Revocation::Done => Ok(Reply::empty(StatusCode::OK)),
                Revocation::NotYours => {
                    Err(Refusal::bad_request("unauthorized_client", "the token was issued to another client"))
                }
                Revocation::Unsupported => {
                    Err(Refusal::bad_request("unsupported_token_type", "delete opaque tokens where they were made"))
                }
            }
        }
        Err(refusal) => Err(refusal),
    };
    Ok(client::reply(outcome, OAuth::refuse))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &OAuth,
    routes: &[Route {
        op: "token.revoke",
        method: Method::POST,
        path: "/oauth/v2/revoke",
        need: Need::Public,
        handler: |call| Box::pin(revoke(call)),
    }],
};
