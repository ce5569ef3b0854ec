//! What a service account proves itself with.

use crate::model::{Credential, CredentialId, CredentialKind, OrganizationId, PrincipalId};
use crate::params;
use crate::store::db::DbError;
use crate::store::tenant::System;
use crate::store::value::Row;

/// Columns of [`credential`], in its order. Tables: `c` credential, `p` its owner.
macro_rules! credential_columns {
    () => {
        "c.id, c.kind, p.id, p.organization_id, c.name, c.label, c.expires_at, c.created_at"
    };
}
pub(super) use credential_columns;

/// Number of columns in `credential_columns!`.
pub(super) const WIDTH: usize = 8;

statements! {
    /// Those of kind ?2, oldest first. One row without a credential when the account is there and has none.
    LIST = concat!(
        "SELECT ", credential_columns!(), " FROM principal p LEFT JOIN credential c ON c.principal_id = p.id \
            AND c.kind = ?2 WHERE p.id = ?1 AND p.kind = 'service_account' ORDER BY c.created_at, c.id"
    );
}

/// Credentials of a service account.
#[derive(Debug)]
pub struct Credentials<T> {
    /// Home organization of the account.
    pub home: Option<OrganizationId>,
    /// The credentials, oldest first.
    pub items: Vec<T>,
}

impl<T> Credentials<T> {
    /// Reads what a statement gives that begins with `credential_columns!`; `None`: there is no such account.
    pub(super) fn read(rows: &[Row], item: impl Fn(&Row) -> Result<T, DbError>) -> Result<Option<Self>, DbError> {
        let Some(first) = rows.first() else { return Ok(None) };
        let home = first.integer_opt(3)?.map(OrganizationId::from_stored);
        let present = rows.iter().filter(|row| !matches!(row.integer_opt(0), Ok(None)));
        Ok(Some(Self { home, items: present.map(item).collect::<Result<_, _>>()? }))
    }
}

impl<M> System<'_, M> {
    /// Credentials of a service account; `None` when it is not there.
    pub async fn credentials(
        self,
        owner: PrincipalId,
        kind: CredentialKind,
    ) -> Result<Option<Credentials<Credential>>, DbError> {
        Credentials::read(&self.exec.run(LIST, params![owner, kind.as_str()]).await?, credential)
    }
}

/// Reads the columns of `credential_columns!`.
pub(super) fn credential(row: &Row) -> Result<Credential, DbError> {
    let kind = CredentialKind::from_stored(&row.text(1)?);
    Ok(Credential {
        id: CredentialId::from_stored(row.integer(0)?),
        kind: kind.ok_or(DbError::Shape { column: 1, wanted: "credential.kind" })?,
        owner: PrincipalId::from_stored(row.integer(2)?),
        home: row.integer_opt(3)?.map(OrganizationId::from_stored),
        name: row.text_opt(4)?,
        label: row.text_opt(5)?,
        expires_at: row.integer_opt(6)?,
        created_at: row.integer(7)?,
    })
}
