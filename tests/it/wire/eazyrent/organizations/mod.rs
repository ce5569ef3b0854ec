//! Component `organizations`.

pub mod accounts;
mod accounts_links;
mod accounts_list;
mod alert_importances;
mod external_references;
mod join_organization;
mod leave_organization;
pub mod logo;
mod logo_views;
mod me;
mod me_change;
mod pairing_code;
