//! Invitations into organizations.

use super::id::{InvitationId, OrganizationId, PrincipalId};
use super::role::RoleRef;
use super::stored::stored_enum;
use crate::clock::Millis;

stored_enum! {
    /// What has become of an invitation.
    InvitationStatus {
        /// It can be accepted.
        Pending = "pending",
        /// It was accepted.
        Accepted = "accepted",
        /// Nobody accepted it in time.
        Expired = "expired",
        /// It was taken back.
        Revoked = "revoked",
    }
}

/// An invitation into an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Id.
    pub id: InvitationId,
    /// Organization.
    pub organization: OrganizationId,
    /// E-mail address of the invitee, as typed.
    pub invitee: String,
    /// Who invites.
    pub inviter: Option<PrincipalId>,
    /// Who has accepted it.
    pub accepted_by: Option<PrincipalId>,
    /// What has become of it.
    pub status: InvitationStatus,
    /// Organization roles that come with it, by name.
    pub roles: Vec<RoleRef>,
    /// Until when it can be accepted.
    pub expires_at: Millis,
    /// When it was made.
    pub created_at: Millis,
    /// Last change.
    pub updated_at: Millis,
}
