//! Component `users`.

mod accounts;
mod accounts_create;
mod accounts_create_roles;
mod accounts_create_scope;
mod accounts_delete;
mod accounts_filters_booleans;
mod accounts_filters_hidden;
mod accounts_filters_lists;
mod accounts_filters_scope;
mod accounts_filters_text;
mod accounts_filters_times;
mod accounts_join;
mod accounts_list_count;
mod accounts_list_fields;
mod accounts_list_included;
mod accounts_list_page;
mod accounts_list_sort;
mod accounts_resend_invitation;
mod accounts_update;
mod accounts_update_last;
mod accounts_update_mail;
mod accounts_update_roles;
mod accounts_update_scope;
pub mod fixtures;
mod list_fixtures;
