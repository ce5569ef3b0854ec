//! Component `grants`: who holds which role.

pub mod eazyrent;

use iam_wire::app::Component;

/// What this component serves.
pub static COMPONENT: Component =
    Component { name: "grants", tables: &[&eazyrent::authorizations::ROUTES], startup: None, afterwards: None };

#[cfg(target_arch = "wasm32")]
#[spin_sdk::http_service]
async fn serve(request: spin_sdk::http::Request) -> iam_wire::spin::SpinReply {
    iam_wire::spin::serve(&COMPONENT, request).await
}
