//! Component `outbox`.

mod outbox;
