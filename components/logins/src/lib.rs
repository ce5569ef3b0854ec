//! Component `logins`: whatever may hash a password: logging in, setting a password, making users. Hashing keeps the
//! processor busy for tens of milliseconds, so it is apart from everything else. It makes the first principals of an
//! installation.

pub mod eazyrent;
pub mod idah;
pub mod logto;

use iam_wire::pipeline::app::Component;
use iam_wire::pipeline::startup;

/// What this component serves.
pub static COMPONENT: Component = Component {
    name: "logins",
    tables: &[
        &eazyrent::password::ROUTES,
        &eazyrent::password_codes::ROUTES,
        &eazyrent::token::ROUTES,
        &idah::api_login::ROUTES,
        &idah::login::ROUTES,
        &idah::passwords_change::ROUTES,
        &idah::passwords_reset::ROUTES,
        &logto::users::ROUTES,
    ],
    startup: Some(|services, settings| Box::pin(startup::installation(services, settings))),
    afterwards: Some(iam_wire::mail::deliver_due_afterwards),
};

#[cfg(target_arch = "wasm32")]
#[spin_sdk::http_service]
async fn serve(request: spin_sdk::http::Request) -> iam_wire::spin::SpinReply {
    iam_wire::spin::serve(&COMPONENT, request).await
}
