//! Component `members`: the people of an organization, from the first one on.

pub mod eazyrent;
pub mod logto;

use iam_wire::app::Component;

/// What this component serves.
pub static COMPONENT: Component = Component {
    name: "members",
    tables: &[
        &eazyrent::members::ROUTES,
        &eazyrent::register::ROUTES,
        &eazyrent::states::ROUTES,
        &eazyrent::sync::ROUTES,
        &logto::application_roles::ROUTES,
        &logto::applications::ROUTES,
        &logto::invitations::ROUTES,
        &logto::user_roles::ROUTES,
        &logto::users::ROUTES,
    ],
    startup: None,
    afterwards: Some(iam_wire::mail::deliver_due_afterwards),
};

#[cfg(target_arch = "wasm32")]
#[spin_sdk::http_service]
async fn serve(request: spin_sdk::http::Request) -> iam_wire::spin::SpinReply {
    iam_wire::spin::serve(&COMPONENT, request).await
}
