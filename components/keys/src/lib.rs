//! Component `keys`: keys and secrets of machines, API keys. The search for an RSA key keeps the processor busy for some
//! hundred milliseconds, so this is apart from everything else about machines.

pub mod eazyrent;
pub mod idah;
pub mod logto;

use iam_wire::pipeline::app::Component;

/// What this component serves.
pub static COMPONENT: Component = Component {
    name: "keys",
    tables: &[
        &eazyrent::service_accounts_keys::ROUTES,
        &eazyrent::service_accounts_secrets::ROUTES,
        &idah::api_keys::ROUTES,
        &idah::api_keys_permissions::ROUTES,
        &logto::applications_secrets::ROUTES,
    ],
    startup: None,
    afterwards: None,
};

#[cfg(target_arch = "wasm32")]
#[spin_sdk::http_service]
async fn serve(request: spin_sdk::http::Request) -> iam_wire::spin::SpinReply {
    iam_wire::spin::serve(&COMPONENT, request).await
}
