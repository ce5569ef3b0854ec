//! Requests and answers: bodies, forms, lists, times.

pub mod body;
pub mod client_address;
mod fields;
pub mod form;
pub mod list;
pub mod multipart;
pub mod reply;
pub mod request;
pub mod time;
