//! Component `memberships`.

mod applications_organizations;
pub mod fixtures;
mod organization_invitations;
mod organization_invitations_list;
mod organization_invitations_mail;
mod organization_invitations_status;
mod users;
mod users_add;
mod users_last_admin;
mod users_replace;
