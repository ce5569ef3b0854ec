//! Audit events, and mail on its way out.

pub mod audit;
pub mod notices;
pub mod outbox;
