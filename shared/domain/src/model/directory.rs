//! The nouns as whoever manages the whole directory sees them (contracts/logto.md, "Schemas").

use super::id::{InvitationId, OrganizationId, PrincipalId, ResourceId, RoleId, ScopeId};
use super::principal::PrincipalKind;
use super::stored::stored_enum;
use crate::clock::Millis;

/// A role as it is referred to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRef {
    /// Id.
    pub id: RoleId,
    /// Name.
    pub name: String,
}

/// A scope of the template that all organizations share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationScope {
    /// Id.
    pub id: ScopeId,
    /// Name, unique.
    pub name: String,
    /// What it allows.
    pub description: Option<String>,
}

stored_enum! {
    /// The roles that whoever manages the directory can make.
    RoleFamily {
        /// Of the template that all organizations share.
        Template = "template",
        /// Held outside any organization.
        Tenant = "tenant",
    }
}

/// A role: of the template that all organizations share, held by a member in one organization at a time; or of the whole
/// installation, held outside any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleEntry {
    /// Id.
    pub id: RoleId,
    /// Name, unique in its family.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Who can hold it.
    pub holder: PrincipalKind,
}

/// An API that tokens can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Id.
    pub id: ResourceId,
    /// Name.
    pub name: String,
    /// What tokens for it have as audience, unique.
    pub indicator: String,
    /// Whether tokens are for it when no resource is asked for.
    pub is_default: bool,
    /// Seconds that its tokens live, where it says so.
    pub access_token_ttl: Option<i64>,
}

/// A scope of a resource or of the template that all organizations share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeEntry {
    /// Id.
    pub id: ScopeId,
    /// Its resource; `None`: organizations.
    pub resource: Option<ResourceId>,
    /// Name, unique there.
    pub name: String,
    /// What it allows.
    pub description: Option<String>,
    /// When it was made.
    pub created_at: Millis,
}

impl From<ScopeEntry> for OrganizationScope {
    fn from(entry: ScopeEntry) -> Self {
        Self { id: entry.id, name: entry.name, description: entry.description }
    }
}

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
    /// E-mail address of whoever is invited, as typed.
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
