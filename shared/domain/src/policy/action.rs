//! What callers do: one word for every operation, in terms of the graph. Authorities answer how far each reaches.

use super::permission::Permission;
use crate::model::stored_enum;

stored_enum! {
    /// What a caller wants to do: `<noun>.<verb>`.
    Action {
        /// See users.
        UserRead = "user.read",
        /// Make users, or invite them.
        UserCreate = "user.create",
        /// Change users, and what state they are in.
        UserUpdate = "user.update",
        /// Remove users.
        UserDelete = "user.delete",
        /// See organizations, and what is linked to them.
        OrganizationRead = "organization.read",
        /// Make organizations.
        OrganizationCreate = "organization.create",
        /// Change organizations, and what they are linked to.
        OrganizationUpdate = "organization.update",
        /// Remove organizations.
        OrganizationDelete = "organization.delete",
        /// See who is in an organization.
        MembershipRead = "membership.read",
        /// Put principals into organizations, and take them out.
        MembershipWrite = "membership.write",
        /// See who holds which role.
        GrantRead = "grant.read",
        /// Give and take roles.
        GrantWrite = "grant.write",
        /// See roles, scopes and resources.
        RoleRead = "role.read",
        /// Define roles, scopes and resources.
        RoleWrite = "role.write",
        /// See invitations into organizations.
        InvitationRead = "invitation.read",
        /// Make, send and end invitations into organizations.
        InvitationWrite = "invitation.write",
        /// See service accounts and what is known of their credentials.
        ServiceAccountRead = "service_account.read",
        /// Make, change and remove service accounts and their credentials.
        ServiceAccountWrite = "service_account.write",
        /// See API keys.
        ApiKeyRead = "api_key.read",
        /// Make API keys.
        ApiKeyCreate = "api_key.create",
        /// Change and end API keys.
        ApiKeyUpdate = "api_key.update",
        /// Remove API keys.
        ApiKeyDelete = "api_key.delete",
        /// See sessions.
        SessionRead = "session.read",
        /// End sessions.
        SessionDelete = "session.delete",
        /// See the outbox, and have it delivered.
        OutboxManage = "outbox.manage",
    }
}

impl Action {
    /// The permission by which roles allow it; `None`: no role does.
    pub const fn permission(self) -> Option<Permission> {
        match self {
            Self::UserRead | Self::MembershipRead => Some(Permission::MemberRead),
            Self::UserCreate | Self::UserUpdate | Self::UserDelete | Self::MembershipWrite => {
                Some(Permission::MemberWrite)
            }
            Self::OrganizationRead => Some(Permission::OrganizationRead),
            Self::OrganizationCreate | Self::OrganizationUpdate => Some(Permission::OrganizationWrite),
            Self::GrantRead => Some(Permission::GrantRead),
            Self::GrantWrite => Some(Permission::GrantWrite),
            Self::ServiceAccountRead | Self::ServiceAccountWrite => Some(Permission::ServiceAccountManage),
            Self::OutboxManage => Some(Permission::OutboxManage),
            Self::OrganizationDelete
            | Self::RoleRead
            | Self::RoleWrite
            | Self::InvitationRead
            | Self::InvitationWrite
            | Self::ApiKeyRead
            | Self::ApiKeyCreate
            | Self::ApiKeyUpdate
            | Self::ApiKeyDelete
            | Self::SessionRead
            | Self::SessionDelete => None,
        }
    }
}
