//! Invitations as they are found.

use serde_json::Value as Json;

use crate::clock::Millis;
use crate::model::{Invitation, InvitationId, InvitationStatus, OrganizationId, PrincipalId, display_name};
use crate::params;
use crate::store::db::DbError;
use crate::store::grants::held::role_refs;
use crate::store::paging::{Cursor, PAGE};
use crate::store::tenant::System;
use crate::store::value::{Row, Value};

/// Invitations as [`invitation`] reads them.
macro_rules! invitations {
    ($filter:expr) => {
        concat!(
            "SELECT i.id, i.organization_id, i.email, i.inviter_id, i.accepted_user_id, i.status, \
               (SELECT json_group_array(json_array(held.id, held.name)) FROM (SELECT r.id, r.name FROM invitation_role ir \
                  JOIN role r ON r.id = ir.role_id WHERE ir.invitation_id = i.id AND r.family = 'template' \
                  ORDER BY r.name) held), \
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
