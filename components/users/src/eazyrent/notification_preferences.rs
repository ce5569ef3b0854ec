//! `/iam/v1/users/me/notification-preferences/`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::users::preferences;
use iam_wire::dialect::eazyrent::EazyRent;
use iam_wire::http::body::{self, Fields};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde_json::{Map, Value};

/// A section of `NotificationConfig`: its flags and their defaults.
type Flags = &'static [(&'static str, bool)];

/// `AppNotificationConfig`.
const APP: Flags = &[
    ("rental_file_submitted", true),
    ("rental_file_created", true),
    ("rental_file_deletion", true),
    ("rental_file_analyzed", true),
    ("rental_file_collected", true),
    ("insurance_agreement", false),
];

/// `EmailNotificationConfig`.
const EMAIL: Flags = &[
    ("rental_file_submitted", false),
    ("rental_file_created", false),
    ("rental_file_deletion", false),
    ("rental_file_analyzed", false),
    ("rental_file_collected", false),
    ("insurance_agreement", false),
    ("notifications_overview", true),
];

/// `NotificationConfig`, with the defaults of what is not there.
fn notification_config(body: Option<Value>) -> Result<Value> {
    let mut fields = Fields::of(body)?;
    let sections = [("app", APP), ("email", EMAIL)];
    let config: Map<String, Value> = sections
        .into_iter()
        .map(|(key, flags)| (key.to_owned(), fields.section(key, |section| read(section, flags))))
        .collect();
    fields.check()?;
    Ok(config.into())
}

fn read(section: &mut Fields, flags: Flags) -> Value {
    let flags = flags.iter().map(|(key, default)| ((*key).to_owned(), section.boolean(key, *default).into()));
    Value::Object(flags.collect())
}

/// The caller's choices.
async fn show(call: &Call<'_>) -> Result<Reply> {
    let stored = preferences::notification_preferences(call.ctx()).await?;
    let config = notification_config(Some(stored.unwrap_or_else(|| Map::new().into())))?;
    Reply::json(StatusCode::OK, &config)
}

/// Replaces the caller's choices.
async fn replace(call: &Call<'_>) -> Result<Reply> {
    let config = notification_config(body::json(&call.body().await?)?)?;
    preferences::set_notification_preferences(call.ctx(), &config).await?;
    Reply::json(StatusCode::OK, &config)
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[
        Route {
            op: "users.notification_preferences",
            method: Method::GET,
            path: "/iam/v1/users/me/notification-preferences/",
            need: Need::Caller,
            handler: |call| Box::pin(show(call)),
        },
        Route {
            op: "users.set_notification_preferences",
            method: Method::PUT,
            path: "/iam/v1/users/me/notification-preferences/",
            need: Need::Caller,
            handler: |call| Box::pin(replace(call)),
        },
    ],
};
