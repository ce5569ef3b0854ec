//! `/iam/v1/users/me/config/`.

use http::{Method, StatusCode};
use iam_domain::error::{FaultCode, Result};
use iam_domain::ops::users::preferences;
use iam_wire::dialect::eazyrent::{EazyRent, default_config};
use iam_wire::http::body::{self, Fields};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde_json::{Value, json};

/// Largest stored object, in bytes of JSON: it is part of every profile.
const MAX_BYTES: usize = 64 * 1024;

/// `UserConfig`, with the defaults of what is not sent.
fn user_config(body: Option<Value>) -> Result<Value> {
    let mut fields = Fields::of(body)?;
    let email_signature = fields.optional("email_signature", |_, text| Ok(text.to_owned())).unwrap_or_default();
    let config = json!({
        "email_signature": email_signature,
        "dark_mode": fields.boolean("dark_mode", false),
        "property_rent_subscriptions": fields.texts("property_rent_subscriptions"),
        "send_notification_by_mail": fields.boolean("send_notification_by_mail", false),
        "raw_html_email": fields.boolean("raw_html_email", false),
        "interface_config": fields.any("interface_config"),
    });
    if config.to_string().len() > MAX_BYTES {
        let largest = ["interface_config", "email_signature", "property_rent_subscriptions"]
            .into_iter()
            .max_by_key(|key| config.get(key).map_or(0, |value| value.to_string().len()));
        let message = "The settings are too large: at most 65536 bytes together.";
        fields.fault::<()>(largest.unwrap_or("interface_config"), FaultCode::TooLong, message);
    }
    fields.check()?;
    Ok(config)
}

/// The caller's settings.
async fn show(call: &Call<'_>) -> Result<Reply> {
    let config = preferences::config(call.ctx()).await?;
    Reply::json(StatusCode::OK, &config.unwrap_or_else(default_config))
}

/// Replaces the caller's settings.
async fn replace(call: &Call<'_>) -> Result<Reply> {
    let config = user_config(body::json(&call.body().await?)?)?;
    preferences::set_config(call.ctx(), &config).await?;
    Reply::json(StatusCode::OK, &config)
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[
        Route {
            op: "users.config",
            method: Method::GET,
            path: "/iam/v1/users/me/config/",
            need: Need::Caller,
            handler: |call| Box::pin(show(call)),
        },
        Route {
            op: "users.set_config",
            method: Method::PUT,
            path: "/iam/v1/users/me/config/",
            need: Need::Caller,
            handler: |call| Box::pin(replace(call)),
        },
    ],
};
