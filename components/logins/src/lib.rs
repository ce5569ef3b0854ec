//! Component `logins`: logging in, staying so and leaving. Hashing keeps the processor busy for tens of milliseconds, so this
//! is apart from what lists sessions, and from `auth`, which would grow too large with it. As `auth` it makes the first
//! principals of an installation, whichever of both is called first.

pub mod idah;

use iam_wire::app::Component;
use iam_wire::startup;

/// What this component serves.
pub static COMPONENT: Component = Component {
    name: "logins",
    tables: &[&idah::login::ROUTES, &idah::refresh::ROUTES, &idah::logout::ROUTES, &idah::api_login::ROUTES],
    startup: Some(|services, settings| Box::pin(startup::installation(services, settings))),
    afterwards: None,
};

#[cfg(target_arch = "wasm32")]
#[spin_sdk::http_service]
async fn serve(request: spin_sdk::http::Request) -> iam_wire::spin::SpinReply {
    iam_wire::spin::serve(&COMPONENT, request).await
}
