//! `GET /account_sessions`, `DELETE /account_sessions/{resource_id}`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::SessionId;
use iam_domain::ops::sessions::{end, list};
use iam_domain::store::sessions::SESSIONS;
use iam_wire::dialect::idah::{self, Idah, path_id};
use iam_wire::pipeline::Call;
use iam_wire::shapes::jsonapi::{Document, ListShape, list_request};
use iam_wire::{Need, Reply, Route, Routes};

const SHAPE: ListShape = ListShape { table: &SESSIONS, includable: &["account"] };

/// A page of sessions.
async fn index(call: &Call<'_>) -> Result<Reply> {
    let wanted = list_request(call.request(), SHAPE)?;
    let (page, accounts) = list::list(call.ctx(), &wanted.selection, !wanted.included.is_empty()).await?;
    let accounts = accounts.iter().map(|account| idah::account(account, call.origin()));
    Document::list(page.items.iter().map(idah::session), page.counted, &wanted.fields)
        .including(accounts, &wanted.fields)
        .reply(StatusCode::OK)
}

/// Ends a session.
async fn delete(call: &Call<'_>) -> Result<Reply> {
    end::one(call.ctx(), SessionId::from_stored(path_id(call)?)).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &Idah,
    routes: &[
        Route {
            op: "iam_sessions.index",
            method: Method::GET,
            path: "/account_sessions",
            need: Need::Caller,
            handler: |call| Box::pin(index(call)),
        },
        Route {
            op: "iam_sessions.delete",
            method: Method::DELETE,
            path: "/account_sessions/{resource_id}",
            need: Need::Caller,
            handler: |call| Box::pin(delete(call)),
        },
    ],
};
