//! Resources: APIs that tokens can be asked for.

use crate::clock::Millis;
use crate::model::{Resource, ResourceId, Scope, ScopeId};
use crate::params;
use crate::rng::Rng;
use crate::store::db::DbError;
use crate::store::ids::insert_new;
use crate::store::paging::{Page, Window};
use crate::store::tenant::{System, Write};
use crate::store::value::Row;

/// Columns of [`resource`], in its order. Table: `res` resource.
macro_rules! resource_columns {
    () => {
        "res.id, res.name, res.indicator, res.is_default, res.access_token_ttl"
    };
}
pub(in crate::store) use resource_columns;

/// Number of columns in `resource_columns!`.
const WIDTH: usize = 5;

statements! {
    /// Oldest first: ?1 offset, ?2 limit, ?3 whether scopes are wanted.
    LIST = concat!(
        "SELECT t.total, ", resource_columns!(), ", \
         CASE WHEN ?3 THEN (SELECT json_group_array(json_array(s.id, s.name, s.description, s.created_at)) \
           FROM scope s WHERE s.resource_id = res.id) END \
         FROM (SELECT count(*) AS total FROM resource) t \
         LEFT JOIN (SELECT id, created_at FROM resource ORDER BY created_at, id LIMIT ?2 OFFSET ?1) page ON true \
         LEFT JOIN resource res ON res.id = page.id ORDER BY page.created_at, page.id"
    );
    FIND = concat!("SELECT ", resource_columns!(), " FROM resource res WHERE res.id = ?1");
    INSERT = "INSERT INTO resource (id, name, indicator, access_token_ttl, created_at) VALUES (?1, ?2, ?3, ?4, ?5) \
        ON CONFLICT (id) DO NOTHING RETURNING id";
    UPDATE = "UPDATE resource SET name = ?2, is_default = ?3, access_token_ttl = ?4 WHERE id = ?1";
    CLEAR_DEFAULT = "UPDATE resource SET is_default = 0 WHERE is_default = 1";
    DELETE = "DELETE FROM resource WHERE id = ?1";
}

/// A resource to be made.
#[derive(Debug, Clone)]
pub struct NewResource {
    /// Name.
    pub name: String,
    /// What tokens for it have as audience.
    pub indicator: String,
    /// Seconds that its tokens live; `None`: as configured.
    pub access_token_ttl: Option<i64>,
}

/// A resource in a list.
#[derive(Debug, Clone)]
pub struct ListedResource {
    /// The resource.
    pub resource: Resource,
    /// Its scopes; none where they were not asked for.
    pub scopes: Vec<Scope>,
}

impl<M> System<'_, M> {
    /// Resources, oldest first.
    pub async fn resources(self, window: Window, with_scopes: bool) -> Result<Page<ListedResource>, DbError> {
        let rows = self.exec.run(LIST, params![window.offset, window.limit, with_scopes]).await?;
        Page::read(&rows, |row| {
            let resource = resource(row, 1)?;
            let scopes = if with_scopes { scopes(row, 1 + WIDTH, resource.id)? } else { Vec::new() };
            Ok(ListedResource { resource, scopes })
        })
    }

    /// One resource.
    pub async fn resource(self, id: ResourceId) -> Result<Option<Resource>, DbError> {
        self.exec.run(FIND, params![id]).await?.first().map(|row| resource(row, 0)).transpose()
    }
}

impl System<'_, Write> {
    /// Makes a resource. [`DbError::Unique`] on `resource.indicator` when that is taken.
    pub async fn insert_resource(self, new: &NewResource, rng: &dyn Rng, now: Millis) -> Result<ResourceId, DbError> {
        let params = |id| params![id, &new.name, &new.indicator, new.access_token_ttl, now];
        insert_new(self.exec, INSERT, rng, ResourceId::random, params).await
    }

    /// Stores an edited resource, but for its indicator. If it is to be the default, no other may be
    /// ([`System::clear_default_resource`]).
    pub async fn update_resource(self, resource: &Resource) -> Result<(), DbError> {
        let params = params![resource.id, &resource.name, resource.is_default, resource.access_token_ttl];
        self.exec.run(UPDATE, params).await.map(|_| ())
    }

    /// Leaves no resource as the default.
    pub async fn clear_default_resource(self) -> Result<(), DbError> {
        self.exec.run(CLEAR_DEFAULT, Vec::new()).await.map(|_| ())
    }

    /// Removes a resource with its scopes, from all roles as well.
    pub async fn delete_resource(self, id: ResourceId) -> Result<(), DbError> {
        self.exec.run(DELETE, params![id]).await.map(|_| ())
    }
}

/// Reads the columns of `resource_columns!` from `first` on.
pub(in crate::store) fn resource(row: &Row, first: usize) -> Result<Resource, DbError> {
    Ok(Resource {
        id: ResourceId::from_stored(row.integer(first)?),
        name: row.text(first + 1)?,
        indicator: row.text(first + 2)?,
        is_default: row.boolean(first + 3)?,
        access_token_ttl: row.integer_opt(first + 4)?,
    })
}

fn scopes(row: &Row, column: usize, resource: ResourceId) -> Result<Vec<Scope>, DbError> {
    let rows: Vec<(i64, String, Option<String>, Millis)> = row.list(column)?;
    let read = |(id, name, description, created_at)| Scope {
        id: ScopeId::from_stored(id),
        resource: Some(resource),
        name,
        description,
        created_at,
    };
    Ok(rows.into_iter().map(read).collect())
}
