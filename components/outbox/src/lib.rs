//! Component `outbox`: mail that waits, for the operator of the platform.

pub mod eazyrent;

use iam_wire::pipeline::app::Component;

/// What this component serves.
pub static COMPONENT: Component =
    Component { name: "outbox", tables: &[&eazyrent::outbox::ROUTES], startup: None, afterwards: None };

#[cfg(target_arch = "wasm32")]
#[spin_sdk::http_service]
async fn serve(request: spin_sdk::http::Request) -> iam_wire::spin::SpinReply {
    iam_wire::spin::serve(&COMPONENT, request).await
}
