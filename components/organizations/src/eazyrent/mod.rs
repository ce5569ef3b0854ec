//! `/iam/v1/organizations` (contracts/eazyrent.md, Organizations).

pub mod accounts;
pub mod alert_importances;
pub mod external_references;
pub mod logo;
pub mod me;
pub mod organizations_links;
