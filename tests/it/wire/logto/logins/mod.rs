//! Component `logins`.

mod users_list;
