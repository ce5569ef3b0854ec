//! Component `roles`: roles, scopes and resources, and who holds them.

pub mod eazyrent;
pub mod logto;

use iam_wire::pipeline::app::Component;

/// What this component serves.
pub static COMPONENT: Component = Component {
    name: "roles",
    tables: &[
        &eazyrent::authorizations::ROUTES,
        &logto::applications_roles::ROUTES,
        &logto::jit_roles::ROUTES,
        &logto::organization_roles::ROUTES,
        &logto::organization_roles_scopes::ROUTES,
        &logto::organization_scopes::ROUTES,
        &logto::organizations_applications_roles::ROUTES,
        &logto::organizations_users_roles::ROUTES,
        &logto::resources::ROUTES,
        &logto::resources_scopes::ROUTES,
        &logto::roles::ROUTES,
    ],
    startup: None,
    afterwards: None,
};

#[cfg(target_arch = "wasm32")]
#[spin_sdk::http_service]
async fn serve(request: spin_sdk::http::Request) -> iam_wire::spin::SpinReply {
    iam_wire::spin::serve(&COMPONENT, request).await
}
