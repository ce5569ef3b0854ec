//! Links between organizations: parents, insurers, pairing codes.

use super::read::{account_type, organization, organization_columns};
use crate::clock::Millis;
use crate::model::{AccountType, Organization, OrganizationId};
use crate::params;
use crate::store::db::DbError;
use crate::store::paging::{Cursor, PAGE};
use crate::store::tenant::{System, Write};

statements! {
    /// Accounts linked to ?1 that come after (?2, ?3) in order of creation. Each limb stops at ?4 rows by its own index.
    LINKED = concat!(
        "SELECT ", organization_columns!("o"), " FROM ( \
           SELECT * FROM (SELECT id, created_at FROM organization \
             WHERE parent_id = ?1 AND (created_at, id) > (?2, ?3) ORDER BY created_at, id LIMIT ?4) \
           UNION SELECT * FROM (SELECT id, created_at FROM organization \
             WHERE insurer_id = ?1 AND (created_at, id) > (?2, ?3) ORDER BY created_at, id LIMIT ?4)) linked \
         JOIN organization o ON o.id = linked.id ORDER BY o.created_at, o.id LIMIT ?4"
    );
    BY_CODE = "SELECT id, account_type FROM organization WHERE pairing_code = ?1";
    CODE = "SELECT pairing_code FROM organization WHERE id = ?1";
    SET_CODE = "UPDATE organization SET pairing_code = ?2, updated_at = ?3 WHERE id = ?1";
    /// How ?2 stands to ?1: whether it exists, and whether it lies below ?1 (as a child, however deep, or as a client).
    STANDING = "SELECT o.insurer_id = ?1 OR EXISTS ( \
          WITH RECURSIVE above (id, depth) AS ( \
            SELECT parent_id, 1 FROM organization WHERE id = ?2 \
            UNION SELECT p.parent_id, above.depth + 1 FROM above JOIN organization p ON p.id = above.id \
            WHERE above.depth < 16) \
          SELECT 1 FROM above WHERE id = ?1) FROM organization o WHERE o.id = ?2";
    /// Ids from ?1 upwards, itself first.
    CHAIN = "WITH RECURSIVE above (id, depth) AS ( \
            SELECT id, 0 FROM organization WHERE id = ?1 \
            UNION SELECT p.parent_id, above.depth + 1 FROM above JOIN organization p ON p.id = above.id \
            WHERE p.parent_id IS NOT NULL AND above.depth < ?2) \
        SELECT id FROM above ORDER BY depth";
    /// Whether ?2 is above ?1 by any chain of parents and insurers, or is ?1 itself.
    IS_ABOVE = "WITH RECURSIVE above (id) AS ( \
            SELECT ?1 \
            UNION SELECT p.parent_id FROM above JOIN organization p ON p.id = above.id WHERE p.parent_id IS NOT NULL \
            UNION SELECT p.insurer_id FROM above JOIN organization p ON p.id = above.id WHERE p.insurer_id IS NOT NULL) \
        SELECT EXISTS (SELECT 1 FROM above WHERE id = ?2)";
    /// Longest way down from ?1, cut off at ?2.
    HEIGHT = "WITH RECURSIVE below (id, depth) AS ( \
            SELECT ?1, 0 UNION SELECT c.id, below.depth + 1 FROM below JOIN organization c ON c.parent_id = below.id \
            WHERE below.depth < ?2) \
        SELECT max(depth) FROM below";
    CLIENT_WITH_NUMBER = "SELECT EXISTS (SELECT 1 FROM organization WHERE insurer_id = ?1 AND registration_number = ?2)";
    SET_PARENT = "UPDATE organization SET parent_id = ?2, updated_at = ?3 WHERE id = ?1";
    /// ?2 is no longer child or client of ?1.
    UNLINK = "UPDATE organization SET parent_id = CASE WHEN parent_id = ?1 THEN NULL ELSE parent_id END, \
          insurer_id = CASE WHEN insurer_id = ?1 THEN NULL ELSE insurer_id END, updated_at = ?3 \
        WHERE id = ?2 AND ?1 IN (parent_id, insurer_id) RETURNING id";
    SET_INSURER = "UPDATE organization SET insurer_id = ?2, updated_at = ?3 WHERE id = ?1";
}

/// The link that is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// Head of the network.
    Parent,
    /// Rent-guarantee insurer.
    Insurer,
}

impl LinkKind {
    /// The link that an organization of this type offers to others.
    pub const fn offered_by(account_type: AccountType) -> Self {
        match account_type {
            AccountType::Insurance => Self::Insurer,
            AccountType::Default | AccountType::Organization => Self::Parent,
        }
    }
}

impl<M> System<'_, M> {
    /// The next accounts linked to `organization` after `after`, oldest first; at most [`PAGE`].
    pub async fn linked(
        self,
        organization: OrganizationId,
        after: Cursor,
    ) -> Result<Vec<(Organization, Cursor)>, DbError> {
        let rows = self.exec.run(LINKED, params![organization, after.0, after.1, PAGE]).await?;
        let linked = rows.iter().map(|row| {
            let account = self::organization(row, 0)?;
            let cursor = (account.created_at, account.id.get());
            Ok((account, cursor))
        });
        linked.collect()
    }

    /// Its pairing code.
    pub async fn pairing_code(self, organization: OrganizationId) -> Result<Option<String>, DbError> {
        let rows = self.exec.run(CODE, params![organization]).await?;
        rows.first().map(|row| row.text_opt(0)).transpose().map(Option::flatten)
    }

    /// The organization with this pairing code.
    pub async fn organization_by_code(self, code: &str) -> Result<Option<(OrganizationId, AccountType)>, DbError> {
        let rows = self.exec.run(BY_CODE, params![code]).await?;
        let found = rows.first().map(|row| Ok((OrganizationId::from_stored(row.integer(0)?), account_type(row, 1)?)));
        found.transpose()
    }

    /// Whether `other` lies below `organization`; `None` when there is no `other`.
    pub async fn is_below(self, organization: OrganizationId, other: OrganizationId) -> Result<Option<bool>, DbError> {
        let rows = self.exec.run(STANDING, params![organization, other]).await?;
        rows.first().map(|row| Ok(row.integer_opt(0)?.is_some_and(|below| below != 0))).transpose()
    }

    /// Whether a client of `insurer` has this company number.
    pub async fn has_client_with_number(self, insurer: OrganizationId, number: &str) -> Result<bool, DbError> {
        let rows = self.exec.run(CLIENT_WITH_NUMBER, params![insurer, number]).await?;
        rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row" })?.boolean(0)
    }

    /// `organization` and those above it, from below, at most `limit` + 1.
    pub async fn chain_above(self, organization: OrganizationId, limit: i64) -> Result<Vec<OrganizationId>, DbError> {
        let rows = self.exec.run(CHAIN, params![organization, limit]).await?;
        rows.iter().map(|row| row.integer(0).map(OrganizationId::from_stored)).collect()
    }

    /// Whether `above` is above `organization` by any chain of parents and insurers, or is `organization` itself.
    pub async fn is_above(self, organization: OrganizationId, above: OrganizationId) -> Result<bool, DbError> {
        let rows = self.exec.run(IS_ABOVE, params![organization, above]).await?;
        rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row" })?.boolean(0)
    }

    /// How many levels lie below `organization`, at most `limit`.
    pub async fn height(self, organization: OrganizationId, limit: i64) -> Result<i64, DbError> {
        let rows = self.exec.run(HEIGHT, params![organization, limit]).await?;
        rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row" })?.integer(0)
    }
}

impl System<'_, Write> {
    /// Replaces its pairing code.
    pub async fn set_pairing_code(self, organization: OrganizationId, code: &str, now: Millis) -> Result<(), DbError> {
        self.exec.run(SET_CODE, params![organization, code, now]).await.map(|_| ())
    }

    /// Ends the links of `account` to `organization`; `false` when there was none.
    pub async fn unlink(
        self,
        organization: OrganizationId,
        account: OrganizationId,
        now: Millis,
    ) -> Result<bool, DbError> {
        Ok(!self.exec.run(UNLINK, params![organization, account, now]).await?.is_empty())
    }

    /// Sets or clears a link of `organization`. [`DbError::Unique`] on `registration_number` when its company number is
    /// taken at that parent.
    pub async fn set_link(
        self,
        organization: OrganizationId,
        kind: LinkKind,
        to: Option<OrganizationId>,
        now: Millis,
    ) -> Result<(), DbError> {
        let sql = match kind {
            LinkKind::Parent => SET_PARENT,
            LinkKind::Insurer => SET_INSURER,
        };
        self.exec.run(sql, params![organization, to, now]).await.map(|_| ())
    }
}
