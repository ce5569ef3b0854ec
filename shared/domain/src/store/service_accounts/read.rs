//! Service accounts one by one, those of an organization, and pages of all.

use serde_json::Value as Json;

use crate::model::{
    ApplicationType, OrganizationId, PrincipalId, ServiceAccount, ServiceAccountData, ServiceAccountDetails,
};
use crate::params;
use crate::policy::Rights;
use crate::store::callers::{self, grants, management_grants};
use crate::store::db::DbError;
use crate::store::organizations::{organization_columns, organization_opt};
use crate::store::paging::{Page, Window};
use crate::store::tenant::System;
use crate::store::value::Row;

/// Columns of [`account`], in its order. Tables: `s` service account, `p` principal.
macro_rules! account_columns {
    () => {
        "s.id, s.name, s.description, s.application_type, p.organization_id, p.created_at, p.updated_at"
    };
}

/// Number of columns in `account_columns!`.
const WIDTH: usize = 7;

/// Columns of [`whole`], in its order: those of [`account`] and what can be large.
macro_rules! whole_columns {
    () => {
        "s.id, s.name, s.description, s.application_type, p.organization_id, p.created_at, p.updated_at, \
         s.oidc_client_metadata, s.custom_data"
    };
}
pub(in crate::store) use whole_columns;

/// Number of columns in `whole_columns!`.
pub(in crate::store) const WHOLE_WIDTH: usize = WIDTH + 2;

/// Whether the service account `s` matches ?4: the text, in lower case, is part of id, name or description.
macro_rules! account_matches {
    () => {
        "(instr(s.search_key, ?4) OR instr(s.id, ?4))"
    };
}
pub(in crate::store) use account_matches;

/// A page of service accounts, oldest first. The first argument counts all, the second finds those of the page; ?1 offset, ?2
/// limit.
macro_rules! list {
    ($total:expr, $found:expr) => {
        concat!(
            "SELECT t.total, ",
            whole_columns!(),
            " FROM (SELECT count(*) AS total ",
            $total,
            ") t \
             LEFT JOIN (SELECT p.id, p.created_at ",
            $found,
            " ORDER BY p.created_at, p.id LIMIT ?2 OFFSET ?1) page ON true \
             LEFT JOIN service_account s ON s.id = page.id LEFT JOIN principal p ON p.id = page.id \
             ORDER BY page.created_at, page.id"
        )
    };
}

/// Service accounts that match ?4, where that is not null, and are of one of the types in the JSON list ?5, where that is not.
macro_rules! filtered {
    () => {
        concat!(
            "FROM principal p JOIN service_account s ON s.id = p.id WHERE p.kind = 'service_account' \
             AND (?4 IS NULL OR ",
            account_matches!(),
            ") \
             AND (?5 IS NULL OR instr(?5, json_quote(s.application_type)))"
        )
    };
}

statements! {
    LIST = list!("FROM principal WHERE kind = 'service_account'", "FROM principal p WHERE p.kind = 'service_account'");
    SEARCH = list!(filtered!(), filtered!());
    /// Those at home in ?1, oldest first.
    OF_ORGANIZATION = concat!(
        "SELECT ", account_columns!(), ", ", organization_columns!("o"), " FROM principal p \
         JOIN service_account s ON s.id = p.id JOIN organization o ON o.id = p.organization_id \
         WHERE p.organization_id = ?1 AND p.kind = 'service_account' ORDER BY p.created_at, p.id"
    );
    FIND = concat!(
        "SELECT ", account_columns!(), ", ", organization_columns!("o"), " FROM service_account s \
         JOIN principal p ON p.id = s.id LEFT JOIN organization o ON o.id = p.organization_id WHERE s.id = ?1"
    );
    /// ?2 indicator of the management resource: whether the account holds its scope `all`.
    FIND_MANAGER = concat!(
        "SELECT ", whole_columns!(), ", EXISTS (SELECT 1 ", management_grants!("?2"), " AND g.principal_id = ?1) \
         FROM service_account s JOIN principal p ON p.id = s.id WHERE s.id = ?1"
    );
    FIND_WITH_RIGHTS = concat!(
        "SELECT ", whole_columns!(), ", ", grants!(""),
        " FROM service_account s JOIN principal p ON p.id = s.id WHERE s.id = ?1"
    );
}

/// A service account with its data, and what it may do.
#[derive(Debug, Clone)]
pub struct AccountWithRights {
    /// The service account.
    pub account: ServiceAccount,
    /// All its roles, in every organization and on the platform, by groups as well.
    pub rights: Rights,
}

impl<M> System<'_, M> {
    /// All service accounts, oldest first. `search` is in lower case; `types` is empty for all.
    pub async fn service_account_pages(
        self,
        window: Window,
        search: Option<&str>,
        types: &[ApplicationType],
    ) -> Result<Page<ServiceAccount>, DbError> {
        let Window { offset, limit } = window;
        let rows = if search.is_none() && types.is_empty() {
            self.exec.run(LIST, params![offset, limit]).await?
        } else {
            let names: Vec<&str> = types.iter().map(|kind| kind.as_str()).collect();
            let types = (!types.is_empty()).then(|| Json::from(names).to_string());
            self.exec.run(SEARCH, params![offset, limit, None::<i64>, search, types]).await?
        };
        Page::read(&rows, |row| whole(row, 1))
    }

    /// All that are at home in an organization, oldest first.
    pub async fn service_accounts_of(self, home: OrganizationId) -> Result<Vec<ServiceAccountDetails>, DbError> {
        self.exec.run(OF_ORGANIZATION, params![home]).await?.iter().map(details).collect()
    }

    /// One of them, with its home organization.
    pub async fn service_account(self, id: PrincipalId) -> Result<Option<ServiceAccountDetails>, DbError> {
        self.exec.run(FIND, params![id]).await?.first().map(details).transpose()
    }

    /// One of them with its data, and whether it holds the scope `all` of the resource `indicator`.
    pub async fn service_account_or_manager(
        self,
        id: PrincipalId,
        indicator: &str,
    ) -> Result<Option<(ServiceAccount, bool)>, DbError> {
        let rows = self.exec.run(FIND_MANAGER, params![id, indicator]).await?;
        rows.first().map(|row| Ok((whole(row, 0)?, row.boolean(WHOLE_WIDTH)?))).transpose()
    }

    /// One of them with its data, and what it may do.
    pub async fn service_account_with_rights(self, id: PrincipalId) -> Result<Option<AccountWithRights>, DbError> {
        let rows = self.exec.run(FIND_WITH_RIGHTS, params![id]).await?;
        let found = rows.first().map(|row| {
            let rights = Rights::new(callers::roles(&row.text(WHOLE_WIDTH)?)?);
            Ok(AccountWithRights { account: whole(row, 0)?, rights })
        });
        found.transpose()
    }
}

fn details(row: &Row) -> Result<ServiceAccountDetails, DbError> {
    Ok(ServiceAccountDetails { account: account(row, 0)?, organization: organization_opt(row, WIDTH)? })
}

/// Reads the columns of `account_columns!` from `first` on.
fn account(row: &Row, first: usize) -> Result<ServiceAccount, DbError> {
    let (kind, wanted) = (first + 3, "service_account.application_type");
    Ok(ServiceAccount {
        id: PrincipalId::from_stored(row.integer(first)?),
        name: row.text(first + 1)?,
        description: row.text_opt(first + 2)?,
        kind: ApplicationType::from_stored(&row.text(kind)?).ok_or(DbError::Shape { column: kind, wanted })?,
        home: row.integer_opt(first + 4)?.map(OrganizationId::from_stored),
        created_at: row.integer(first + 5)?,
        updated_at: row.integer(first + 6)?,
        data: None,
    })
}

/// Reads the columns of `whole_columns!` from `first` on.
pub(in crate::store) fn whole(row: &Row, first: usize) -> Result<ServiceAccount, DbError> {
    let data = ServiceAccountData {
        oidc_client_metadata: row.object(first + WIDTH)?,
        custom_data: row.object(first + WIDTH + 1)?,
    };
    Ok(ServiceAccount { data: Some(Box::new(data)), ..account(row, first)? })
}
