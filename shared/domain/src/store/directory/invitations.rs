//! Invitations into organizations.

use serde_json::Value as Json;

use super::memberships::role_refs;
use crate::clock::Millis;
use crate::model::{
    Email, IdSet, Invitation, InvitationId, InvitationStatus, OrganizationId, PrincipalId, RoleId, display_name,
};
use crate::params;
use crate::rng::Rng;
use crate::store::db::DbError;
use crate::store::ids::insert_new;
use crate::store::paging::{Cursor, PAGE};
use crate::store::tenant::{System, Write};
use crate::store::value::{Row, Value};

/// Invitations as [`invitation`] reads them.
macro_rules! invitations {
    ($filter:expr) => {
        concat!(
            "SELECT i.id, i.organization_id, i.email, i.inviter_id, i.accepted_user_id, i.status, \
               (SELECT json_group_array(json_array(r.id, r.name) ORDER BY r.name) FROM invitation_role ir \
                  JOIN role r ON r.id = ir.role_id WHERE ir.invitation_id = i.id AND r.family = 'template'), \
               i.expires_at, i.created_at, i.updated_at FROM invitation i WHERE ",
            $filter
        )
    };
}

/// Those before (?1, ?2) in order of time, newest first, at most ?3.
macro_rules! list {
    ($filter:literal) => {
        invitations!(concat!($filter, "(i.created_at, i.id) < (?1, ?2) ORDER BY i.created_at DESC, i.id DESC LIMIT ?3"))
    };
}

statements! {
    LIST = list!("");
    OF_ORGANIZATION = list!("i.organization_id = ?4 AND ");
    /// ?4 organization or NULL.
    OF_INVITER = list!("i.inviter_id = ?5 AND (?4 IS NULL OR i.organization_id = ?4) AND ");
    /// ?4 organization or NULL, ?5 inviter or NULL.
    OF_INVITEE = list!(
        "i.email_key = ?6 AND (?4 IS NULL OR i.organization_id = ?4) AND (?5 IS NULL OR i.inviter_id = ?5) AND "
    );
    FIND = invitations!("i.id = ?1");
    MESSAGE = "SELECT message_payload FROM invitation WHERE id = ?1";
    /// Name of the organization ?1; names of the person ?2 who invites; whoever has the address ?3, and whether that is a
    /// member.
    PARTIES = "SELECT (SELECT name FROM organization WHERE id = ?1), \
        (SELECT json_array(display_name, first_name, last_name) FROM user WHERE id = ?2), \
        (SELECT id FROM user WHERE email_key = ?3), \
        EXISTS (SELECT 1 FROM user u JOIN membership m ON m.principal_id = u.id AND m.organization_id = ?1 \
          WHERE u.email_key = ?3)";
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

/// Which invitations are wanted; `None` = whatever.
#[derive(Debug, Clone, Default)]
pub struct InvitationFilter {
    /// Into this organization.
    pub organization: Option<OrganizationId>,
    /// By this person.
    pub inviter: Option<PrincipalId>,
    /// To this address, in the form that is compared.
    pub invitee_key: Option<String>,
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

/// Whom an invitation is about.
#[derive(Debug, Clone)]
pub struct Parties {
    /// Name of the organization; `None`: there is none.
    pub organization: Option<String>,
    /// Whether whoever invites is a person.
    pub has_inviter: bool,
    /// What that person is called.
    pub inviter: Option<String>,
    /// The person who has the address.
    pub invitee: Option<PrincipalId>,
    /// Whether that person is a member already.
    pub is_member: bool,
}

impl<M> System<'_, M> {
    /// The next invitations before `before`, newest first; at most [`PAGE`].
    pub async fn invitations(
        self,
        filter: &InvitationFilter,
        before: Cursor,
        now: Millis,
    ) -> Result<Vec<(Invitation, Cursor)>, DbError> {
        let InvitationFilter { organization, inviter, invitee_key } = filter;
        let page = params![before.0, before.1, PAGE];
        let with = |more: Vec<Value>| [page.clone(), more].concat();
        let (sql, params) = match (organization, inviter, invitee_key.as_deref()) {
            (None, None, None) => (LIST, page.clone()),
            (Some(organization), None, None) => (OF_ORGANIZATION, with(params![*organization])),
            (organization, Some(inviter), None) => (OF_INVITER, with(params![*organization, *inviter])),
            (organization, inviter, Some(key)) => (OF_INVITEE, with(params![*organization, *inviter, key])),
        };
        let rows = self.exec.run(sql, params).await?;
        rows.iter()
            .map(|row| {
                let invitation = invitation(row, now)?;
                let cursor = (invitation.created_at, invitation.id.get());
                Ok((invitation, cursor))
            })
            .collect()
    }

    /// One invitation.
    pub async fn invitation(self, id: InvitationId, now: Millis) -> Result<Option<Invitation>, DbError> {
        self.exec.run(FIND, params![id]).await?.first().map(|row| invitation(row, now)).transpose()
    }

    /// What an invitation was mailed with last.
    pub async fn invitation_message(self, id: InvitationId) -> Result<Option<Json>, DbError> {
        self.exec.run(MESSAGE, params![id]).await?.first().map_or(Ok(None), |row| row.json_opt(0))
    }

    /// Whom an invitation is about.
    pub async fn invitation_parties(
        self,
        organization: OrganizationId,
        inviter: Option<PrincipalId>,
        invitee_key: &str,
    ) -> Result<Parties, DbError> {
        let rows = self.exec.run(PARTIES, params![organization, inviter, invitee_key]).await?;
        let row = rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row" })?;
        let has_inviter = row.text_opt(1)?.is_some();
        let names: Vec<Option<String>> = if has_inviter { row.list(1)? } else { Vec::new() };
        let name = |index: usize| names.get(index).and_then(Option::as_deref);
        Ok(Parties {
            organization: row.text_opt(0)?,
            has_inviter,
            inviter: display_name(name(0), name(1), name(2)),
            invitee: row.integer_opt(2)?.map(PrincipalId::from_stored),
            is_member: row.boolean(3)?,
        })
    }
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

fn invitation(row: &Row, now: Millis) -> Result<Invitation, DbError> {
    let stored = InvitationStatus::from_stored(&row.text(5)?);
    let expires_at = row.integer(7)?;
    let status = match stored.ok_or(DbError::Shape { column: 5, wanted: "invitation.status" })? {
        InvitationStatus::Pending if expires_at <= now => InvitationStatus::Expired,
        other => other,
    };
    Ok(Invitation {
        id: InvitationId::from_stored(row.integer(0)?),
        organization: OrganizationId::from_stored(row.integer(1)?),
        invitee: row.text(2)?,
        inviter: row.integer_opt(3)?.map(PrincipalId::from_stored),
        accepted_by: row.integer_opt(4)?.map(PrincipalId::from_stored),
        status,
        roles: role_refs(row, 6)?,
        expires_at,
        created_at: row.integer(8)?,
        updated_at: row.integer(9)?,
    })
}
