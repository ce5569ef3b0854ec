//! One kit per dialect: its error shapes, credentials, paging, id and time codecs. Handlers have nothing dialect-wide.

pub mod eazyrent;
pub mod idah;
pub mod logto;
pub mod oauth;

pub use crate::kit::{AcceptedTokens, Kit};
pub use crate::shapes::{jsonapi, picture};

/// Names of all kits, as `disabled_dialects` takes them.
pub const NAMES: &[&str] = &["eazyrent", "oauth", "logto", "idah"];
