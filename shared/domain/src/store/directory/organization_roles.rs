//! Roles of the template that all organizations share, with their scopes.

use super::role_entries::{WIDTH, entry, role_page};
use crate::model::{ResourceId, RoleEntry, ScopeId};
use crate::params;
use crate::store::db::DbError;
use crate::store::paging::{Page, Window};
use crate::store::tenant::System;
use crate::store::value::Row;

/// A page of roles by name, with their scopes. The argument narrows it.
macro_rules! list {
    ($filter:literal) => {
        role_page!(
            "template",
            $filter,
            ", (SELECT json_group_array(json_array(s.id, s.name)) FROM role_scope rs JOIN scope s ON s.id = rs.scope_id \
                WHERE rs.role_id = r.id AND s.resource_id IS NULL), \
             (SELECT json_group_array(json_array(s.id, s.name, res.id, res.name)) FROM role_scope rs \
                JOIN scope s ON s.id = rs.scope_id JOIN resource res ON res.id = s.resource_id WHERE rs.role_id = r.id)"
        )
    };
}

statements! {
    LIST = list!("");
    /// ?3 what to search for.
    SEARCH = list!(" AND (instr(name_key, ?3) OR instr(description_key, ?3) OR instr(id, ?3))");
}

/// A role in a list.
#[derive(Debug, Clone)]
pub struct ListedRole {
    /// The role.
    pub entry: RoleEntry,
    /// Its scopes of organizations.
    pub scopes: Vec<ScopeRef>,
    /// Its scopes of resources.
    pub resource_scopes: Vec<ResourceScopeRef>,
}

/// A scope as it is referred to.
#[derive(Debug, Clone)]
pub struct ScopeRef {
    /// Id.
    pub id: ScopeId,
    /// Name.
    pub name: String,
}

/// A scope of a resource as it is referred to.
#[derive(Debug, Clone)]
pub struct ResourceScopeRef {
    /// The scope.
    pub scope: ScopeRef,
    /// Id of its resource.
    pub resource: ResourceId,
    /// Name of its resource.
    pub resource_name: String,
}

impl<M> System<'_, M> {
    /// Roles by name. `search` is in lower case; it is looked for in ids, names and descriptions.
    pub async fn organization_roles(self, window: Window, search: Option<&str>) -> Result<Page<ListedRole>, DbError> {
        let Window { offset, limit } = window;
        let rows = match search {
            None => self.exec.run(LIST, params![offset, limit]).await?,
            Some(search) => self.exec.run(SEARCH, params![offset, limit, search]).await?,
        };
        Page::read(&rows, |row| {
            let (scopes, resource_scopes) = (scopes(row, 1 + WIDTH)?, resource_scopes(row, 2 + WIDTH)?);
            Ok(ListedRole { entry: entry(row, 1)?, scopes, resource_scopes })
        })
    }
}

fn scopes(row: &Row, column: usize) -> Result<Vec<ScopeRef>, DbError> {
    let rows: Vec<(i64, String)> = row.list(column)?;
    Ok(rows.into_iter().map(|(id, name)| ScopeRef { id: ScopeId::from_stored(id), name }).collect())
}

fn resource_scopes(row: &Row, column: usize) -> Result<Vec<ResourceScopeRef>, DbError> {
    let rows: Vec<(i64, String, i64, String)> = row.list(column)?;
    let read = |(id, name, resource, resource_name)| ResourceScopeRef {
        scope: ScopeRef { id: ScopeId::from_stored(id), name },
        resource: ResourceId::from_stored(resource),
        resource_name,
    };
    Ok(rows.into_iter().map(read).collect())
}
