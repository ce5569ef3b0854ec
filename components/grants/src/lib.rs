//! Component `grants`: roles, what they hold, and who holds which.

pub mod eazyrent;
pub mod logto;

use iam_wire::app::Component;

/// What this component serves.
pub static COMPONENT: Component = Component {
    name: "grants",
    tables: &[
        &eazyrent::authorizations::ROUTES,
        &logto::organization_roles::ROUTES,
        &logto::organization_scopes::ROUTES,
        &logto::resource_scopes::ROUTES,
        &logto::resources::ROUTES,
        &logto::role_scopes::ROUTES,
        &logto::tenant_roles::ROUTES,
    ],
    startup: None,
    afterwards: None,
};

#[cfg(target_arch = "wasm32")]
#[spin_sdk::http_service]
async fn serve(request: spin_sdk::http::Request) -> iam_wire::spin::SpinReply {
    iam_wire::spin::serve(&COMPONENT, request).await
}
