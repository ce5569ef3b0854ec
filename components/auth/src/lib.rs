//! Component `auth`: token endpoints, key sets, discovery. It also makes the first principals of an installation.

mod client;
pub mod discovery;
pub mod eazyrent;
pub mod logto;

use iam_wire::app::Component;
use iam_wire::startup;

/// What this component serves.
pub static COMPONENT: Component = Component {
    name: "auth",
    tables: &[
        &eazyrent::token::ROUTES,
        &eazyrent::inspection::ROUTES,
        &logto::ROUTES,
        &discovery::ROUTES,
        &discovery::LOGTO_ROUTES,
    ],
    startup: Some(|services, settings| Box::pin(startup::installation(services, settings))),
    afterwards: None,
};

#[cfg(target_arch = "wasm32")]
#[spin_sdk::http_service]
async fn serve(request: spin_sdk::http::Request) -> iam_wire::spin::SpinReply {
    iam_wire::spin::serve(&COMPONENT, request).await
}
