//! Pages of roles, by name: of the template with the scopes they hold, of the others with those who hold them.

use super::read::{WIDTH, in_family, role, role_columns};
use crate::model::{PrincipalId, ResourceId, Role, RoleFamily, ScopeId};
use crate::params;
use crate::store::db::DbError;
use crate::store::organizations::pages::{FeaturedUser, featured};
use crate::store::paging::{Page, Window};
use crate::store::tenant::System;
use crate::store::value::Row;

/// A page of the roles of a family, by name: ?1 offset, ?2 limit. The second argument narrows it, the third adds columns
/// behind those of [`role`].
macro_rules! page {
    ($family:literal, $filter:expr, $columns:expr) => {
        concat!(
            "SELECT t.total, ",
            role_columns!(),
            $columns,
            " FROM (SELECT count(*) AS total FROM role r WHERE ",
            in_family!($family),
            $filter,
            ") t LEFT JOIN (SELECT r.id, r.name FROM role r WHERE ",
            in_family!($family),
            $filter,
            " ORDER BY r.name LIMIT ?2 OFFSET ?1) page ON true LEFT JOIN role r ON r.id = page.id ORDER BY page.name"
        )
    };
}

/// ?3 what to search for.
macro_rules! matching {
    () => {
        " AND (instr(r.name_key, ?3) OR instr(r.description_key, ?3) OR instr(r.id, ?3))"
    };
}

macro_rules! held_scopes {
    () => {
        ", (SELECT json_group_array(json_array(s.id, s.name)) FROM role_scope rs JOIN scope s ON s.id = rs.scope_id \
              WHERE rs.role_id = r.id AND s.resource_id IS NULL), \
           (SELECT json_group_array(json_array(s.id, s.name, res.id, res.name)) FROM role_scope rs \
              JOIN scope s ON s.id = rs.scope_id JOIN resource res ON res.id = s.resource_id WHERE rs.role_id = r.id)"
    };
}

/// How many users and service accounts hold each, and at most three of both.
macro_rules! holders {
    () => {
        ", (SELECT count(*) FROM role_grant g JOIN user u ON u.id = g.principal_id \
              WHERE g.organization_id IS NULL AND g.role_id = r.id), \
           (SELECT json_group_array(json_array(u.id, u.display_name, u.first_name, u.last_name, u.avatar_image, \
              u.avatar_url)) FROM (SELECT g.principal_id FROM role_grant g JOIN user u ON u.id = g.principal_id \
                WHERE g.organization_id IS NULL AND g.role_id = r.id LIMIT 3) h JOIN user u ON u.id = h.principal_id), \
           (SELECT count(*) FROM role_grant g JOIN service_account a ON a.id = g.principal_id \
              WHERE g.organization_id IS NULL AND g.role_id = r.id), \
           (SELECT json_group_array(json_array(a.id, a.name, a.application_type)) FROM (SELECT g.principal_id \
                FROM role_grant g JOIN service_account a ON a.id = g.principal_id \
                WHERE g.organization_id IS NULL AND g.role_id = r.id LIMIT 3) h \
              JOIN service_account a ON a.id = h.principal_id)"
    };
}

statements! {
    TEMPLATE = page!("template", "", held_scopes!());
    TEMPLATE_SEARCH = page!("template", matching!(), held_scopes!());
    TENANT = page!("tenant", "", holders!());
    TENANT_SEARCH = page!("tenant", matching!(), holders!());
}

/// A role in a list, and what the list shows with it.
#[derive(Debug, Clone)]
pub struct ListedRole {
    /// The role.
    pub role: Role,
    /// What comes with it.
    pub with: With,
}

/// What a list shows with a role.
#[derive(Debug, Clone)]
pub enum With {
    /// Of the template: the scopes that it holds.
    Scopes {
        /// Of organizations.
        organization: Vec<ScopeRef>,
        /// Of resources.
        resource: Vec<ResourceScopeRef>,
    },
    /// Of the others: those who hold it.
    Holders {
        /// Users who hold it.
        user_count: i64,
        /// At most three of them.
        users: Vec<FeaturedUser>,
        /// Service accounts that hold it.
        service_account_count: i64,
        /// At most three of them.
        service_accounts: Vec<FeaturedServiceAccount>,
    },
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

/// A service account in a few words.
#[derive(Debug, Clone)]
pub struct FeaturedServiceAccount {
    /// Id.
    pub id: PrincipalId,
    /// Name.
    pub name: String,
    /// Kind of application.
    pub application_type: String,
}

impl<M> System<'_, M> {
    /// Roles of a family, by name. `search` is in lower case; it is looked for in ids, names and descriptions.
    pub async fn roles(
        self,
        family: RoleFamily,
        window: Window,
        search: Option<&str>,
    ) -> Result<Page<ListedRole>, DbError> {
        let sql = match (family, search) {
            (RoleFamily::Template, None) => TEMPLATE,
            (RoleFamily::Template, Some(_)) => TEMPLATE_SEARCH,
            (RoleFamily::Tenant, None) => TENANT,
            (RoleFamily::Tenant, Some(_)) => TENANT_SEARCH,
        };
        let mut params = params![window.offset, window.limit];
        params.extend(search.map(Into::into));
        let rows = self.exec.run(sql, params).await?;
        Page::read(&rows, |row| Ok(ListedRole { role: role(row, 1)?, with: with(family, row, 1 + WIDTH)? }))
    }
}

fn with(family: RoleFamily, row: &Row, first: usize) -> Result<With, DbError> {
    Ok(match family {
        RoleFamily::Template => {
            With::Scopes { organization: scopes(row, first)?, resource: resource_scopes(row, first + 1)? }
        }
        RoleFamily::Tenant => With::Holders {
            user_count: row.integer(first)?,
            users: featured(row, first + 1)?,
            service_account_count: row.integer(first + 2)?,
            service_accounts: service_accounts(row, first + 3)?,
        },
    })
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

fn service_accounts(row: &Row, column: usize) -> Result<Vec<FeaturedServiceAccount>, DbError> {
    let rows: Vec<(i64, String, String)> = row.list(column)?;
    let read = |(id, name, application_type)| FeaturedServiceAccount {
        id: PrincipalId::from_stored(id),
        name,
        application_type,
    };
    Ok(rows.into_iter().map(read).collect())
}
