//! Component `tokens`.

mod refresh;
