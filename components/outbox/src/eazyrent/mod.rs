//! `/iam/v1/outbox`: our own addition to the API, in its manners.

pub mod outbox;
