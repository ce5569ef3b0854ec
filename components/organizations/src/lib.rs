//! Component `organizations`: tenants, their settings and the links between them.

pub mod eazyrent;
pub mod idah;
pub mod logto;

use iam_wire::pipeline::app::Component;

/// What this component serves.
pub static COMPONENT: Component = Component {
    name: "organizations",
    tables: &[
        &eazyrent::accounts::ROUTES,
        &eazyrent::alert_importances::ROUTES,
        &eazyrent::external_references::ROUTES,
        &eazyrent::logo::ROUTES,
        &eazyrent::me::ROUTES,
        &eazyrent::organizations_links::ROUTES,
        &idah::organizations::ROUTES,
        &logto::jit_email_domains::ROUTES,
        &logto::organizations::ROUTES,
        &logto::status::ROUTES,
    ],
    startup: None,
    afterwards: None,
};

#[cfg(target_arch = "wasm32")]
#[spin_sdk::http_service]
async fn serve(request: spin_sdk::http::Request) -> iam_wire::spin::SpinReply {
    iam_wire::spin::serve(&COMPONENT, request).await
}
