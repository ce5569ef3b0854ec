//! Everything HTTP that is not one endpoint: requests and replies, routing, the pipeline that runs every handler,
//! credentials, and one kit of conventions per dialect.

mod auth;
pub mod dialect;
pub mod http;
pub mod kit;
pub mod log;
pub mod mail;
pub mod pipeline;
pub mod runtime;
pub mod settings;
pub mod shapes;
pub mod upstream;

pub use self::http::reply::Reply;
pub use self::http::request::{BodySource, Request};
pub use auth::client::{ClientCredentials, client_credentials};
pub use pipeline::app::App;
pub use pipeline::route::{Need, Route, Routes};
#[cfg(all(feature = "spin", target_arch = "wasm32"))]
pub use runtime::spin;
