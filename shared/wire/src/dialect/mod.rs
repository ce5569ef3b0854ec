//! One kit per dialect: its error shapes, credentials, paging, id and time codecs. Handlers have nothing dialect-wide.

pub mod eazyrent;
pub mod idah;
pub mod logto;
pub mod oauth;
