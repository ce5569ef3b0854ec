//! Scopes of organizations and of resources.

use crate::clock::Millis;
use crate::model::{ResourceId, Scope, ScopeId, name_key};
use crate::params;
use crate::rng::Rng;
use crate::store::db::DbError;
use crate::store::ids::insert_new;
use crate::store::paging::{Page, Window};
use crate::store::tenant::{System, Write};
use crate::store::value::Row;

/// Columns of [`scope`], in its order. Table: `s` scope.
macro_rules! scope_columns {
    () => {
        "s.id, s.resource_id, s.name, s.description, s.created_at"
    };
}
pub(in crate::store) use scope_columns;

/// Number of columns in `scope_columns!`.
pub(in crate::store) const WIDTH: usize = 5;

/// A page of the scopes of the resource ?3 (0: of organizations), by name: ?1 offset, ?2 limit. The argument narrows it.
macro_rules! list {
    ($filter:literal) => {
        concat!(
            "SELECT t.total, ",
            scope_columns!(),
            " FROM (SELECT count(*) AS total FROM scope WHERE ifnull(resource_id, 0) = ?3",
            $filter,
            ") t LEFT JOIN (SELECT id, name FROM scope WHERE ifnull(resource_id, 0) = ?3",
            $filter,
            " ORDER BY name LIMIT ?2 OFFSET ?1) page ON true LEFT JOIN scope s ON s.id = page.id ORDER BY page.name"
        )
    };
}

statements! {
    LIST = list!("");
    /// ?4 what to search for.
    SEARCH = list!(" AND instr(name_key, ?4)");
    FIND = concat!("SELECT ", scope_columns!(), " FROM scope s WHERE s.id = ?1 AND ifnull(s.resource_id, 0) = ?2");
    INSERT = "INSERT INTO scope (id, resource_id, name, name_key, description, created_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO NOTHING RETURNING id";
    UPDATE = "UPDATE scope SET name = ?2, name_key = ?3, description = ?4 WHERE id = ?1";
    DELETE = "DELETE FROM scope WHERE id = ?1 AND ifnull(resource_id, 0) = ?2 RETURNING id";
}

/// A scope to be made.
#[derive(Debug, Clone)]
pub struct NewScope {
    /// Its resource; `None`: organizations.
    pub resource: Option<ResourceId>,
    /// Name.
    pub name: String,
    /// What it allows.
    pub description: Option<String>,
}

impl<M> System<'_, M> {
    /// Scopes of a resource (`None`: of organizations), by name. `search` is in lower case; it is looked for in names.
    pub async fn scopes(
        self,
        resource: Option<ResourceId>,
        window: Window,
        search: Option<&str>,
    ) -> Result<Page<Scope>, DbError> {
        let Window { offset, limit } = window;
        let rows = match search {
            None => self.exec.run(LIST, params![offset, limit, owner(resource)]).await?,
            Some(search) => self.exec.run(SEARCH, params![offset, limit, owner(resource), search]).await?,
        };
        Page::read(&rows, |row| scope(row, 1))
    }

    /// One scope of a resource (`None`: of organizations).
    pub async fn scope(self, resource: Option<ResourceId>, id: ScopeId) -> Result<Option<Scope>, DbError> {
        self.exec.run(FIND, params![id, owner(resource)]).await?.first().map(|row| scope(row, 0)).transpose()
    }
}

impl System<'_, Write> {
    /// Makes a scope. [`DbError::Unique`] on `scope_name` when the name is taken among those of the resource, or of
    /// organizations.
    pub async fn insert_scope(self, new: &NewScope, rng: &dyn Rng, now: Millis) -> Result<ScopeId, DbError> {
        let NewScope { resource, name, description } = new;
        let params = |id| params![id, *resource, name, name_key(name), description.as_deref(), now];
        insert_new(self.exec, INSERT, rng, ScopeId::random, params).await
    }

    /// Stores an edited scope. [`DbError::Unique`] on `scope_name` when the name is taken.
    pub async fn update_scope(self, scope: &Scope) -> Result<(), DbError> {
        let params = params![scope.id, &scope.name, name_key(&scope.name), scope.description.as_deref()];
        self.exec.run(UPDATE, params).await.map(|_| ())
    }

    /// Removes a scope of a resource (`None`: of organizations), from all roles as well. `false`: there is none.
    pub async fn delete_scope(self, resource: Option<ResourceId>, id: ScopeId) -> Result<bool, DbError> {
        Ok(!self.exec.run(DELETE, params![id, owner(resource)]).await?.is_empty())
    }
}

/// What the index of names has for "no resource": no id is 0.
fn owner(resource: Option<ResourceId>) -> i64 {
    resource.map_or(0, ResourceId::get)
}

/// Reads the columns of `scope_columns!` from `first` on.
pub(in crate::store) fn scope(row: &Row, first: usize) -> Result<Scope, DbError> {
    Ok(Scope {
        id: ScopeId::from_stored(row.integer(first)?),
        resource: row.integer_opt(first + 1)?.map(ResourceId::from_stored),
        name: row.text(first + 2)?,
        description: row.text_opt(first + 3)?,
        created_at: row.integer(first + 4)?,
    })
}
