//! What is told of what has happened: mail on its way out.

pub mod outbox;
