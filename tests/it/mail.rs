//! Mail on its way to a provider: a small server in the test takes the provider's place.

mod after_answer;
mod faults;
mod post;
mod provider;
mod providers;
