//! Component `passwords`: setting, changing and forgetting passwords, and making users who may have one. Hashing keeps the processor busy for tens of
//! milliseconds, so these endpoints are apart from all others.

pub mod eazyrent;
pub mod idah;
pub mod logto;

use iam_wire::app::Component;

/// What this component serves.
pub static COMPONENT: Component = Component {
    name: "passwords",
    tables: &[
        &eazyrent::change::ROUTES,
        &eazyrent::codes::ROUTES,
        &idah::change::ROUTES,
        &idah::reset::ROUTES,
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
