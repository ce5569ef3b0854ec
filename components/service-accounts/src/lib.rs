//! Component `service-accounts`: machines. Their keys and secrets are in `keys`.

pub mod eazyrent;
pub mod logto;

use iam_wire::pipeline::app::Component;

/// What this component serves.
pub static COMPONENT: Component = Component {
    name: "service-accounts",
    tables: &[&eazyrent::service_accounts::ROUTES, &logto::applications::ROUTES],
    startup: None,
    afterwards: None,
};

#[cfg(target_arch = "wasm32")]
#[spin_sdk::http_service]
async fn serve(request: spin_sdk::http::Request) -> iam_wire::spin::SpinReply {
    iam_wire::spin::serve(&COMPONENT, request).await
}
