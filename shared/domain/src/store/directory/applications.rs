//! All machines.

use serde_json::Value as Json;

use crate::clock::Millis;
use crate::model::{Application, ApplicationType, OrganizationId, PrincipalId, search_key};
use crate::params;
use crate::policy::Rights;
use crate::store::callers::{self, grants, management_grants};
use crate::store::db::DbError;
use crate::store::paging::{Page, Window};
use crate::store::tenant::{System, Write};
use crate::store::value::Row;

/// Columns of [`application`], in its order. Tables: `s` service account, `p` principal.
macro_rules! application_columns {
    () => {
        "s.id, s.name, s.description, s.application_type, s.oidc_client_metadata, s.custom_data, p.created_at"
    };
}
pub(in crate::store) use application_columns;

/// Number of columns in `application_columns!`.
pub(in crate::store) const WIDTH: usize = 7;

/// Whether the machine `s` matches ?4: the text, in lower case, is part of id, name or description.
macro_rules! application_matches {
    () => {
        "(instr(s.search_key, ?4) OR instr(s.id, ?4))"
    };
}
pub(in crate::store) use application_matches;

/// A page of machines, oldest first. The first argument counts all, the second finds those of the page; ?1 offset, ?2
/// limit.
macro_rules! list {
    ($total:expr, $found:expr) => {
        concat!(
            "SELECT t.total, ",
            application_columns!(),
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

/// Machines that match ?4, where that is not null, and are of one of the types in the JSON list ?5, where that is not.
macro_rules! filtered {
    () => {
        concat!(
            "FROM principal p JOIN service_account s ON s.id = p.id WHERE p.kind = 'service_account' \
             AND (?4 IS NULL OR ",
            application_matches!(),
            ") \
             AND (?5 IS NULL OR instr(?5, json_quote(s.application_type)))"
        )
    };
}

statements! {
    LIST = list!("FROM principal WHERE kind = 'service_account'", "FROM principal p WHERE p.kind = 'service_account'");
    SEARCH = list!(filtered!(), filtered!());
    /// ?2 indicator of the management resource: whether the machine holds its scope `all`.
    FIND = concat!(
        "SELECT ", application_columns!(), ", EXISTS (SELECT 1 ", management_grants!("?2"), " AND g.principal_id = ?1) \
         FROM service_account s JOIN principal p ON p.id = s.id WHERE s.id = ?1"
    );
    FIND_WITH_RIGHTS = concat!(
        "SELECT ", application_columns!(), ", p.organization_id, ", grants!(""),
        " FROM service_account s JOIN principal p ON p.id = s.id WHERE s.id = ?1"
    );
    INSERT = "INSERT INTO service_account (id, name, description, search_key, application_type, oidc_client_metadata, \
        custom_data) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    UPDATE = "UPDATE service_account SET name = ?2, description = ?3, search_key = ?4, oidc_client_metadata = ?5, \
        custom_data = ?6 WHERE id = ?1";
}

/// A machine, and what it may do.
#[derive(Debug, Clone)]
pub struct ApplicationWithRights {
    /// The machine.
    pub application: Application,
    /// Home organization, which machines made by EazyRent have.
    pub home: Option<OrganizationId>,
    /// All its roles, in every organization and on the platform, by groups as well.
    pub rights: Rights,
}

impl<M> System<'_, M> {
    /// Machines, oldest first. `search` is in lower case; `types` is empty for all.
    pub async fn applications(
        self,
        window: Window,
        search: Option<&str>,
        types: &[ApplicationType],
    ) -> Result<Page<Application>, DbError> {
        let Window { offset, limit } = window;
        let rows = if search.is_none() && types.is_empty() {
            self.exec.run(LIST, params![offset, limit]).await?
        } else {
            let names: Vec<&str> = types.iter().map(|kind| kind.as_str()).collect();
            let types = (!types.is_empty()).then(|| Json::from(names).to_string());
            self.exec.run(SEARCH, params![offset, limit, None::<i64>, search, types]).await?
        };
        Page::read(&rows, |row| application(row, 1))
    }

    /// One machine, and whether it holds the scope `all` of the resource `indicator`.
    pub async fn application(self, id: PrincipalId, indicator: &str) -> Result<Option<(Application, bool)>, DbError> {
        let rows = self.exec.run(FIND, params![id, indicator]).await?;
        rows.first().map(|row| Ok((application(row, 0)?, row.boolean(WIDTH)?))).transpose()
    }

    /// One machine, and what it may do.
    pub async fn application_with_rights(self, id: PrincipalId) -> Result<Option<ApplicationWithRights>, DbError> {
        let rows = self.exec.run(FIND_WITH_RIGHTS, params![id]).await?;
        let found = rows.first().map(|row| {
            let home = row.integer_opt(WIDTH)?.map(OrganizationId::from_stored);
            let rights = Rights::new(callers::roles(&row.text(WIDTH + 1)?)?);
            Ok(ApplicationWithRights { application: application(row, 0)?, home, rights })
        });
        found.transpose()
    }
}

impl System<'_, Write> {
    /// Makes the row of a machine; the principal row, under the same id, exists already.
    pub async fn insert_application(self, new: &Application) -> Result<(), DbError> {
        let description = new.description.as_deref();
        let params = params![
            new.id,
            &new.name,
            description,
            search_key(&new.name, description),
            new.kind.as_str(),
            &new.oidc_client_metadata,
            &new.custom_data
        ];
        self.exec.run(INSERT, params).await.map(|_| ())
    }

    /// Stores an edited machine.
    pub async fn update_application(self, edited: &Application, now: Millis) -> Result<(), DbError> {
        let description = edited.description.as_deref();
        let params = params![
            edited.id,
            &edited.name,
            description,
            search_key(&edited.name, description),
            &edited.oidc_client_metadata,
            &edited.custom_data
        ];
        self.exec.run(UPDATE, params).await?;
        self.touch(edited.id, now).await
    }
}

/// Reads the columns of `application_columns!` from `first` on.
pub(in crate::store) fn application(row: &Row, first: usize) -> Result<Application, DbError> {
    let (kind, wanted) = (first + 3, "service_account.application_type");
    Ok(Application {
        id: PrincipalId::from_stored(row.integer(first)?),
        name: row.text(first + 1)?,
        description: row.text_opt(first + 2)?,
        kind: ApplicationType::from_stored(&row.text(kind)?).ok_or(DbError::Shape { column: kind, wanted })?,
        oidc_client_metadata: row.object(first + 4)?,
        custom_data: row.object(first + 5)?,
        created_at: row.integer(first + 6)?,
    })
}
