//! Component `users`: the caller's own profile, the pictures that everybody sees, and each user for who manages all.

pub mod eazyrent;
pub mod logto;

use iam_wire::app::Component;

/// What this component serves.
pub static COMPONENT: Component = Component {
    name: "users",
    tables: &[
        &eazyrent::avatar::ROUTES,
        &eazyrent::config::ROUTES,
        &eazyrent::images::ROUTES,
        &eazyrent::me::ROUTES,
        &eazyrent::notifications::ROUTES,
        &eazyrent::sync::ROUTES,
        &logto::data::ROUTES,
        &logto::organizations::ROUTES,
        &logto::users::ROUTES,
    ],
    startup: None,
    afterwards: None,
};

#[cfg(target_arch = "wasm32")]
#[spin_sdk::http_service]
async fn serve(request: spin_sdk::http::Request) -> iam_wire::spin::SpinReply {
    iam_wire::spin::serve(&COMPONENT, request).await
}
