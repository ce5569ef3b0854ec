//! Component `users`: the caller's own profile, and the pictures that everybody sees.

pub mod eazyrent;

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
    ],
    startup: None,
    afterwards: None,
};

#[cfg(target_arch = "wasm32")]
#[spin_sdk::http_service]
async fn serve(request: spin_sdk::http::Request) -> iam_wire::spin::SpinReply {
    iam_wire::spin::serve(&COMPONENT, request).await
}
