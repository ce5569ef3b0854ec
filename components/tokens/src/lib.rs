//! Component `tokens`: tokens for machines and for refresh tokens, introspection, revocation, key sets, discovery; nothing
//! that hashes. It makes the first machine client of an installation, unless `logins` was called before.

mod discovery;
pub mod eazyrent;
pub mod idah;
pub mod logto;

use iam_wire::pipeline::app::Component;
use iam_wire::pipeline::startup;

/// What this component serves.
pub static COMPONENT: Component = Component {
    name: "tokens",
    tables: &[
        &eazyrent::introspect::ROUTES,
        &eazyrent::keys::ROUTES,
        &eazyrent::openid_configuration::ROUTES,
        &eazyrent::revoke::ROUTES,
        &idah::refresh::ROUTES,
        &logto::jwks::ROUTES,
        &logto::openid_configuration::ROUTES,
        &logto::token::ROUTES,
    ],
    startup: Some(|services, settings| Box::pin(startup::installation(services, settings))),
    afterwards: None,
};

#[cfg(target_arch = "wasm32")]
#[spin_sdk::http_service]
async fn serve(request: spin_sdk::http::Request) -> iam_wire::spin::SpinReply {
    iam_wire::spin::serve(&COMPONENT, request).await
}
