//! Component `accounts`: people as accounts, their invitations.

pub mod idah;

use iam_wire::app::Component;

/// What this component serves.
pub static COMPONENT: Component = Component {
    name: "accounts",
    tables: &[&idah::accounts::ROUTES, &idah::change::ROUTES, &idah::create::ROUTES, &idah::invitations::ROUTES],
    startup: None,
    afterwards: Some(iam_wire::mail::deliver_due_afterwards),
};

#[cfg(target_arch = "wasm32")]
#[spin_sdk::http_service]
async fn serve(request: spin_sdk::http::Request) -> iam_wire::spin::SpinReply {
    iam_wire::spin::serve(&COMPONENT, request).await
}
