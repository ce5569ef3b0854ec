//! Component `tokens`.

mod token;
mod token_errors;
