//! `/iam/v1/outbox/`.

use http::{Method, StatusCode};
use iam_domain::error::{Error, FaultCode, Result};
use iam_domain::ops::events::outbox;
use iam_domain::policy::Permission;
use iam_domain::store::events::outbox::StoredMail;
use iam_wire::dialect::eazyrent::EazyRent;
use iam_wire::http::form::Form;
use iam_wire::http::time::rfc3339;
use iam_wire::mail;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde::Serialize;

/// A mail. The payload is empty once it is delivered or given up; until then it has the one-time code in clear.
#[derive(Serialize)]
struct MailView {
    id: String,
    template: String,
    recipient: String,
    organization: Option<String>,
    created_at: String,
    attempts: i64,
    next_attempt_at: String,
    delivered_at: Option<String>,
    failed_at: Option<String>,
    last_error: Option<String>,
    payload: serde_json::Value,
}

impl From<StoredMail> for MailView {
    fn from(mail: StoredMail) -> Self {
        Self {
            id: mail.id,
            template: mail.template,
            recipient: mail.recipient,
            organization: mail.organization.map(|id| id.to_string()),
            created_at: rfc3339(mail.created_at),
            attempts: mail.attempts,
            next_attempt_at: rfc3339(mail.next_attempt_at),
            delivered_at: mail.delivered_at.map(rfc3339),
            failed_at: mail.failed_at.map(rfc3339),
            last_error: mail.last_error,
            payload: mail.payload,
        }
    }
}

/// The newest 100 mails, or with the query `before=<id>` the 100 before that one.
async fn list(call: &Call<'_>) -> Result<Reply> {
    let query = Form::parse(call.request().query())
        .ok_or_else(|| Error::field("before", FaultCode::Value, "The query cannot be read."))?;
    let mails = outbox::list(call.ctx(), query.get("before")).await?;
    let mails: Vec<MailView> = mails.into_iter().map(Into::into).collect();
    Reply::json(StatusCode::OK, &mails)
}

/// Sends what is due, once: for a job that runs every minute, so that mail is tried again without other traffic.
async fn deliver(call: &Call<'_>) -> Result<Reply> {
    outbox::authorize_delivery(call.ctx())?;
    let delivery = mail::deliver_due(call.services(), call.outbound(), &call.settings().mail).await?;
    Reply::json(StatusCode::OK, &delivery)
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[
        Route {
            op: "outbox.list",
            method: Method::GET,
            path: "/iam/v1/outbox/",
            need: Need::Platform(Permission::OutboxManage),
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "outbox.deliver",
            method: Method::POST,
            path: "/iam/v1/outbox/deliver/",
            need: Need::Platform(Permission::OutboxManage),
            handler: |call| Box::pin(deliver(call)),
        },
    ],
};
