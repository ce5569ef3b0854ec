//! Component `memberships`: who is in which organization, registration and invitations.

pub mod eazyrent;
pub mod logto;

use iam_wire::pipeline::app::Component;

/// What this component serves.
pub static COMPONENT: Component = Component {
    name: "memberships",
    tables: &[
        &eazyrent::members::ROUTES,
        &eazyrent::members_states::ROUTES,
        &eazyrent::register::ROUTES,
        &eazyrent::sync_from_auth::ROUTES,
        &logto::applications::ROUTES,
        &logto::applications_organizations::ROUTES,
        &logto::organization_invitations::ROUTES,
        &logto::users::ROUTES,
        &logto::users_organizations::ROUTES,
    ],
    startup: None,
    afterwards: Some(iam_wire::mail::deliver_due_afterwards),
};

#[cfg(target_arch = "wasm32")]
#[spin_sdk::http_service]
async fn serve(request: spin_sdk::http::Request) -> iam_wire::spin::SpinReply {
    iam_wire::spin::serve(&COMPONENT, request).await
}
