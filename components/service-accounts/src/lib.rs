//! Component `service-accounts`: machines of an organization and their keys.

pub mod eazyrent;
pub mod idah;
pub mod logto;

use iam_wire::app::Component;

/// What this component serves.
pub static COMPONENT: Component = Component {
    name: "service-accounts",
    tables: &[
        &eazyrent::accounts::ROUTES,
        &eazyrent::keys::ROUTES,
        &eazyrent::secrets::ROUTES,
        &idah::api_keys::ROUTES,
        &idah::permissions::ROUTES,
        &logto::application_roles::ROUTES,
        &logto::application_secrets::ROUTES,
        &logto::applications::ROUTES,
    ],
    startup: None,
    afterwards: None,
};

#[cfg(target_arch = "wasm32")]
#[spin_sdk::http_service]
async fn serve(request: spin_sdk::http::Request) -> iam_wire::spin::SpinReply {
    iam_wire::spin::serve(&COMPONENT, request).await
}
