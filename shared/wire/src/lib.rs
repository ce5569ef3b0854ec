//! Everything HTTP that is not one endpoint: requests and replies, routing, the pipeline that runs every handler,
//! credentials, and one kit of conventions per dialect.

pub mod app;
mod auth;
pub mod body;
pub mod dialect;
mod fields;
pub mod form;
pub mod list;
pub mod log;
pub mod mail;
pub mod multipart;
pub mod outbound;
pub mod pipeline;
pub mod reply;
pub mod request;
pub mod route;
pub mod settings;
#[cfg(all(feature = "spin", target_arch = "wasm32"))]
pub mod spin;
pub mod startup;
pub mod time;
pub mod upstream;
mod whence;

pub use app::App;
pub use auth::client::{ClientCredentials, client_credentials};
pub use iam_domain::ops::Ctx;
pub use reply::Reply;
pub use request::{BodySource, Request};
pub use route::{Need, Route, Routes};
