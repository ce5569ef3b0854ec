//! `GET /accounts`, `GET /accounts/{resource_id}`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::users::{find, list};
use iam_domain::store::users::USERS;
use iam_wire::dialect::idah::{self, Idah, account_id, no_account};
use iam_wire::pipeline::Call;
use iam_wire::shapes::jsonapi::{Document, ListShape, list_request, show_request};
use iam_wire::{Need, Reply, Route, Routes};

const SHAPE: ListShape = ListShape { table: &USERS, includable: &[] };

/// A page of accounts.
async fn index(call: &Call<'_>) -> Result<Reply> {
    let wanted = list_request(call.request(), SHAPE)?;
    let page = list::selected(call.ctx(), &wanted.selection).await?;
    let accounts = page.items.iter().map(|account| idah::account(account, call.origin()));
    Document::list(accounts, page.counted, &wanted.fields).reply(StatusCode::OK)
}

/// One account.
async fn show(call: &Call<'_>) -> Result<Reply> {
    let (id, fields) = (account_id(call)?, show_request(call.request())?);
    let account = find::with_access(call.ctx(), id).await.map_err(no_account)?;
    Document::one(idah::account(&account, call.origin()), &fields).reply(StatusCode::OK)
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &Idah,
    routes: &[
        Route {
            op: "iam_accounts.index",
            method: Method::GET,
            path: "/accounts",
            need: Need::Caller,
            handler: |call| Box::pin(index(call)),
        },
        Route {
            op: "iam_accounts.show",
            method: Method::GET,
            path: "/accounts/{resource_id}",
            need: Need::Caller,
            handler: |call| Box::pin(show(call)),
        },
    ],
};
