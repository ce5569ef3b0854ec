//! Whoever makes a request: one statement reads everything that decides what they may do.
//!
//! The statement runs on every request, so a locked principal, a revoked token or an ended session is refused at once,
//! whatever a token says.

use super::row::{CallerRow, Link, TokenSubject};
use crate::clock::Millis;
use crate::model::{CredentialId, OrganizationId, PrincipalId, PrincipalKind, PrincipalState};
use crate::params;
use crate::policy::GrantedRole;
use crate::store::db::DbError;
use crate::store::tenant::System;
use crate::store::value::{Row, Value};

/// Grants of the principal `p`, its own and those of its groups, as [`roles`] reads them, and what the
/// account role gives: the role, unless that allows no more than everybody has, and the organizations owned. The argument may
/// narrow them.
macro_rules! grants {
    ($narrowed:literal) => {
        concat!(
            "(SELECT json_group_array(json_array(g.organization_id, r.key, json(r.permissions))) \
             FROM (SELECT organization_id, role_id FROM role_grant WHERE principal_id = p.id \
                   UNION ALL \
                   SELECT gm.organization_id, g.role_id FROM group_member gm JOIN role_grant g \
                       ON g.organization_id = gm.organization_id AND g.group_id = gm.group_id \
                    WHERE gm.principal_id = p.id \
                   UNION ALL \
                   SELECT NULL, CASE account_role WHEN 'admin' THEN 100000000031 WHEN 'system' THEN 100000000032 \
                       ELSE 100000000033 END \
                     FROM user WHERE id = p.id AND account_role IN ('admin', 'system', 'api_service') \
                   UNION ALL \
                   SELECT organization_id, 100000000034 FROM membership WHERE principal_id = p.id AND is_owner = 1) g \
             JOIN role r ON r.id = g.role_id ",
            $narrowed,
            ")"
        )
    };
}
pub(in crate::store) use grants;

/// Grants `g` that let their holders manage the installation: of a role outside organizations with the scope `all` of the
/// resource whose indicator is the parameter. More conditions can follow.
macro_rules! management_grants {
    ($indicator:literal) => {
        concat!(
            "FROM resource res JOIN scope sc ON sc.resource_id = res.id JOIN role_scope rs ON rs.scope_id = sc.id \
             JOIN role_grant g ON g.role_id = rs.role_id \
             WHERE res.indicator = ",
            $indicator,
            " AND sc.name = 'all' AND g.organization_id IS NULL"
        )
    };
}
pub(in crate::store) use management_grants;

// Parameters that every variant shares: ?1 the look-up key, ?2 organization acted for or NULL, ?3 now.
// A credential with limits of its own (`permissions`) is refused: to take it without its limits would be to widen it.
macro_rules! caller_columns {
    () => {
        concat!(
            "SELECT p.id, p.kind, p.state, p.organization_id, h.name, \
         CASE WHEN h.domain_verified_at IS NOT NULL THEN h.domain END, ",
            grants!(
                "WHERE g.organization_id IS NULL OR g.organization_id = p.organization_id OR g.organization_id = ?2"
            ),
            ", \
         CASE \
           WHEN ?2 IS NULL OR NOT EXISTS (SELECT 1 FROM organization WHERE id = ?2) THEN 'unknown' \
           WHEN EXISTS (SELECT 1 FROM organization WHERE id = ?2 AND insurer_id = p.organization_id) THEN 'below' \
           WHEN EXISTS ( \
             WITH RECURSIVE above (id, depth) AS ( \
               SELECT parent_id, 1 FROM organization WHERE id = ?2 \
               UNION SELECT o.parent_id, above.depth + 1 FROM above JOIN organization o ON o.id = above.id \
               WHERE above.depth < 16) \
             SELECT 1 FROM above WHERE id = p.organization_id) THEN 'below' \
           WHEN EXISTS (SELECT 1 FROM membership WHERE organization_id = ?2 AND principal_id = p.id) THEN 'member' \
           ELSE 'none' END, "
        )
    };
}

pub(in crate::store) use caller_columns;

/// Whether token ?4, credential ?5 and session ?6 are good, each if it is named. The argument is a further condition on the
/// credential.
macro_rules! is_token_alive {
    ($credential:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM revoked_token WHERE jti = ?4) \
             AND (?5 IS NULL OR EXISTS (SELECT 1 FROM credential WHERE id = ?5 AND principal_id = p.id \
                  AND revoked_at IS NULL AND ",
            $credential,
            " AND (expires_at IS NULL OR expires_at > ?3))) \
             AND (?6 IS NULL OR EXISTS (SELECT 1 FROM session WHERE id = ?6 AND user_id = p.id \
                  AND revoked_at IS NULL AND expires_at > ?3))"
        )
    };
}
pub(in crate::store) use is_token_alive;

statements! {
    /// ?4 `jti`, ?5 credential id or NULL, ?6 session id or NULL, ?7 indicator of the management resource that the
    /// token has the scope `all` of, or NULL.
    BY_TOKEN = concat!(
        caller_columns!(),
        is_token_alive!("permissions IS NULL"),
        ", ?5, \
         ?7 IS NOT NULL AND EXISTS (SELECT 1 ", management_grants!("?7"), " AND g.principal_id = p.id) \
         FROM principal p LEFT JOIN organization h ON h.id = p.organization_id WHERE p.id = ?1"
    );
    /// ?1 is the SHA-256 of the secret, ?4 the kind of credential it must be.
    BY_SECRET = concat!(
        caller_columns!(),
        "c.revoked_at IS NULL AND c.permissions IS NULL AND (c.expires_at IS NULL OR c.expires_at > ?3), c.id \
         FROM credential c JOIN principal p ON p.id = c.principal_id \
         LEFT JOIN organization h ON h.id = p.organization_id WHERE c.secret_hash = ?1 AND c.kind = ?4"
    );
    /// ?4 is the SHA-256 of the client secret. The client is found without it, so that the answer can tell apart.
    BY_CLIENT = concat!(
        caller_columns!(),
        "c.id IS NOT NULL AND c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > ?3), c.id \
         FROM principal p LEFT JOIN organization h ON h.id = p.organization_id \
         LEFT JOIN credential c ON c.secret_hash = ?4 AND c.principal_id = p.id AND c.kind = 'client_secret' \
         WHERE p.id = ?1 AND p.kind = 'service_account'"
    );
    /// ?1 is the id of the key pair. Also gives the public key.
    BY_KEY = concat!(
        caller_columns!(),
        "c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > ?3), c.id, c.public_key \
         FROM credential c JOIN principal p ON p.id = c.principal_id \
         LEFT JOIN organization h ON h.id = p.organization_id WHERE c.id = ?1 AND c.kind = 'public_key'"
    );
}

impl<M> System<'_, M> {
    /// The bearer of a token whose signature was verified. `manages` is the indicator of the resource whose scope `all` the
    /// token has.
    pub async fn caller_of_token(
        self,
        subject: &TokenSubject,
        acting: Option<OrganizationId>,
        manages: Option<&str>,
        now: Millis,
    ) -> Result<Option<CallerRow>, DbError> {
        let jti = &subject.jti;
        let params = params![subject.principal, acting, now, jti, subject.credential, subject.session, manages];
        let rows = self.exec.run(BY_TOKEN, params).await?;
        rows.first().map(|row| Ok(CallerRow { is_manager: row.boolean(10)?, ..caller(row)? })).transpose()
    }

    /// The owner of an opaque secret of `kind`.
    pub async fn caller_of_secret(
        self,
        hash: [u8; 32],
        kind: &'static str,
        acting: Option<OrganizationId>,
        now: Millis,
    ) -> Result<Option<CallerRow>, DbError> {
        self.caller(BY_SECRET, params![hash, acting, now, kind]).await
    }

    /// The OAuth client `client`; [`CallerRow::is_alive`] tells whether the secret is right.
    pub async fn caller_of_client(
        self,
        client: PrincipalId,
        secret_hash: [u8; 32],
        now: Millis,
    ) -> Result<Option<CallerRow>, DbError> {
        self.caller(BY_CLIENT, params![client, Value::Null, now, secret_hash]).await
    }

    /// The owner of key pair `key`, and its public half (JWK).
    pub async fn caller_of_key(self, key: CredentialId, now: Millis) -> Result<Option<(CallerRow, String)>, DbError> {
        let rows = self.exec.run(BY_KEY, params![key, Value::Null, now]).await?;
        rows.first().map(|row| Ok((caller(row)?, row.text(10)?))).transpose()
    }

    async fn caller(self, sql: &'static str, params: Vec<Value>) -> Result<Option<CallerRow>, DbError> {
        self.exec.run(sql, params).await?.first().map(caller).transpose()
    }
}

pub(in crate::store) fn caller(row: &Row) -> Result<CallerRow, DbError> {
    let stored = |wanted| move || DbError::Shape { column: 0, wanted };
    Ok(CallerRow {
        id: PrincipalId::from_stored(row.integer(0)?),
        kind: PrincipalKind::from_stored(&row.text(1)?).ok_or_else(stored("principal.kind"))?,
        state: PrincipalState::from_stored(&row.text(2)?).ok_or_else(stored("principal.state"))?,
        organization: row.integer_opt(3)?.map(OrganizationId::from_stored),
        organization_name: row.text_opt(4)?,
        organization_domain: row.text_opt(5)?,
        roles: roles(&row.text(6)?)?,
        link: match row.text(7)?.as_str() {
            "none" => Link::None,
            "member" => Link::Member,
            "below" => Link::Below,
            _ => Link::Unknown,
        },
        is_alive: row.boolean(8)?,
        credential: row.integer_opt(9)?.map(CredentialId::from_stored),
        is_manager: false,
        account: None,
    })
}

/// Reads the grants that the statement gathered: `[[organization, key, [permission…]]…]`.
pub(in crate::store) fn roles(json: &str) -> Result<Vec<GrantedRole>, DbError> {
    let roles: Vec<(Option<i64>, Option<String>, Vec<String>)> =
        serde_json::from_str(json).map_err(|_| DbError::Shape { column: 6, wanted: "JSON list of grants" })?;
    Ok(roles
        .into_iter()
        .map(|(organization, key, permissions)| GrantedRole {
            organization: organization.map(OrganizationId::from_stored),
            key,
            permissions,
        })
        .collect())
}
