//! Component `memberships`.

mod members_create;
mod members_create_stored;
mod members_delete;
pub mod members_list;
mod members_profile;
mod members_resend_invitation;
mod members_rights;
mod members_states;
pub mod register;
mod register_pairing;
