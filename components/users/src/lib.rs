//! Component `users`: the caller's own profile, and people one by one; accounts of the IDAH API with their invitations.

pub mod eazyrent;
pub mod idah;
pub mod logto;

use iam_wire::pipeline::app::Component;

/// What this component serves.
pub static COMPONENT: Component = Component {
    name: "users",
    tables: &[
        &eazyrent::avatar::ROUTES,
        &eazyrent::config::ROUTES,
        &eazyrent::images::ROUTES,
        &eazyrent::me::ROUTES,
        &eazyrent::notification_preferences::ROUTES,
        &eazyrent::sync_from_auth::ROUTES,
        &idah::accounts::ROUTES,
        &idah::accounts_change::ROUTES,
        &idah::accounts_create::ROUTES,
        &idah::accounts_invitations::ROUTES,
        &logto::custom_data::ROUTES,
        &logto::users::ROUTES,
    ],
    startup: None,
    afterwards: Some(iam_wire::mail::deliver_due_afterwards),
};

#[cfg(target_arch = "wasm32")]
#[spin_sdk::http_service]
async fn serve(request: spin_sdk::http::Request) -> iam_wire::spin::SpinReply {
    iam_wire::spin::serve(&COMPONENT, request).await
}
