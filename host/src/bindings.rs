//! Host side of the `spin:*` interfaces, generated from the WIT inside the `spin-sdk` crate.

#![allow(missing_docs, unused_qualifications, clippy::pedantic)]

include!(concat!(env!("OUT_DIR"), "/bindings.rs"));
