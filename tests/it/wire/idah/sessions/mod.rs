//! Component `sessions`.

mod account_sessions_delete;
mod account_sessions_list;
mod healthcheck;
mod logout;
