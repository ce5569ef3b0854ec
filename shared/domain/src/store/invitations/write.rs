//! Invitations are made, ended and removed.

use serde_json::Value as Json;

use crate::clock::Millis;
use crate::model::{Email, IdSet, InvitationId, InvitationStatus, OrganizationId, PrincipalId, RoleId};
use crate::params;
use crate::rng::Rng;
use crate::store::db::DbError;
use crate::store::ids::insert_new;
use crate::store::tenant::{System, Write};

statements! {
    /// Overdue ones are over, so that they are not in the way of a new one.
    EXPIRE = "UPDATE invitation SET status = 'expired', message_payload = NULL \
        WHERE organization_id = ?1 AND email_key = ?2 AND status = 'pending' AND expires_at <= ?3";
    INSERT = "INSERT INTO invitation (id, organization_id, email, email_key, inviter_id, status, message_payload, \
        expires_at, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, 'pending', ?6, ?7, ?8, ?8) \
        ON CONFLICT (id) DO NOTHING RETURNING id";
    INSERT_ROLES = "INSERT INTO invitation_role (invitation_id, role_id) SELECT ?1, value FROM json_each(?2)";
    /// What it is mailed with is of no use any more.
    END = "UPDATE invitation SET status = ?2, accepted_user_id = ?3, accepted_at = CASE WHEN ?3 IS NOT NULL THEN ?4 END, \
        message_payload = NULL, updated_at = ?4 WHERE id = ?1";
    SET_MESSAGE = "UPDATE invitation SET message_payload = ?2 WHERE id = ?1";
    DELETE = "DELETE FROM invitation WHERE id = ?1 RETURNING organization_id";
}

/// An invitation to be stored.
#[derive(Debug, Clone, Copy)]
pub struct DraftInvitation<'a> {
    /// Into which organization.
    pub organization: OrganizationId,
    /// Whom.
    pub invitee: &'a Email,
    /// By whom.
    pub inviter: Option<PrincipalId>,
    /// What it is mailed with: a JSON object.
    pub message: Option<&'a Json>,
    /// Until when it can be accepted.
    pub expires_at: Millis,
}

impl System<'_, Write> {
    /// Stores an invitation with its roles, which are known to be there. [`DbError::Unique`] on `invitation.email_key` while
    /// another one into the same organization waits for the same address; an overdue one does not wait any more.
    pub async fn insert_invitation(
        self,
        draft: DraftInvitation<'_>,
        roles: &IdSet<RoleId>,
        rng: &dyn Rng,
        now: Millis,
    ) -> Result<InvitationId, DbError> {
        let DraftInvitation { organization, invitee, inviter, message, expires_at } = draft;
        self.exec.run(EXPIRE, params![organization, invitee.key(), now]).await?;
        let message = message.map(Json::to_string);
        let params =
            |id| params![id, organization, invitee.text(), invitee.key(), inviter, message.as_deref(), expires_at, now];
        let id = insert_new(self.exec, INSERT, rng, InvitationId::random, params).await?;
        if !roles.is_empty() {
            self.exec.run(INSERT_ROLES, params![id, roles.json()]).await?;
        }
        Ok(id)
    }

    /// Ends an invitation; `accepted_by` whoever has accepted it.
    pub async fn end_invitation(
        self,
        id: InvitationId,
        status: InvitationStatus,
        accepted_by: Option<PrincipalId>,
        now: Millis,
    ) -> Result<(), DbError> {
        self.exec.run(END, params![id, status.as_str(), accepted_by, now]).await.map(|_| ())
    }

    /// Notes what an invitation is mailed with from now on.
    pub async fn set_invitation_message(self, id: InvitationId, message: &Json) -> Result<(), DbError> {
        self.exec.run(SET_MESSAGE, params![id, message.to_string()]).await.map(|_| ())
    }

    /// Removes an invitation; gives its organization, `None` when there is no such invitation.
    pub async fn delete_invitation(self, id: InvitationId) -> Result<Option<OrganizationId>, DbError> {
        let rows = self.exec.run(DELETE, params![id]).await?;
        rows.first().map(|row| row.integer(0).map(OrganizationId::from_stored)).transpose()
    }
}
