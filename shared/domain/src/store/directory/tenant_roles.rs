//! Roles that are held outside any organization, and who holds them.

use super::role_entries::{WIDTH, entry, role_page};
use crate::clock::Millis;
use crate::model::{PrincipalId, RoleEntry};
use crate::params;
use crate::store::callers::management_grants;
use crate::store::db::DbError;
use crate::store::organizations::pages::{FeaturedUser, featured};
use crate::store::paging::{Page, Window};
use crate::store::tenant::System;
use crate::store::value::Row;

/// A page of roles by name, with how many people and machines hold each, and at most three of both. The argument narrows
/// it.
macro_rules! list {
    ($filter:literal) => {
        role_page!(
            "tenant",
            $filter,
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
        )
    };
}

statements! {
    LIST = list!("");
    /// ?3 what to search for.
    SEARCH = list!(" AND (instr(name_key, ?3) OR instr(description_key, ?3) OR instr(id, ?3))");
    /// Whether anybody who may act holds the scope `all` of the resource ?1, as `callers` reads it.
    HAS_MANAGER = concat!(
        "SELECT EXISTS (SELECT 1 ", management_grants!("?1"), " \
           AND EXISTS (SELECT 1 FROM principal WHERE id = g.principal_id AND state = 'active') \
           AND EXISTS (SELECT 1 FROM credential WHERE principal_id = g.principal_id AND kind = 'client_secret' \
             AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?2)))"
    );
}

/// A role in a list.
#[derive(Debug, Clone)]
pub struct ListedTenantRole {
    /// The role.
    pub entry: RoleEntry,
    /// People who hold it.
    pub people_count: i64,
    /// At most three of them.
    pub people: Vec<FeaturedUser>,
    /// Machines that hold it.
    pub machine_count: i64,
    /// At most three of them.
    pub machines: Vec<FeaturedMachine>,
}

/// A machine in a few words.
#[derive(Debug, Clone)]
pub struct FeaturedMachine {
    /// Id.
    pub id: PrincipalId,
    /// Name.
    pub name: String,
    /// Kind of application.
    pub application_type: String,
}

impl<M> System<'_, M> {
    /// Roles by name. `search` is in lower case; it is looked for in ids, names and descriptions.
    pub async fn tenant_roles(self, window: Window, search: Option<&str>) -> Result<Page<ListedTenantRole>, DbError> {
        let Window { offset, limit } = window;
        let rows = match search {
            None => self.exec.run(LIST, params![offset, limit]).await?,
            Some(search) => self.exec.run(SEARCH, params![offset, limit, search]).await?,
        };
        Page::read(&rows, |row| {
            Ok(ListedTenantRole {
                entry: entry(row, 1)?,
                people_count: row.integer(1 + WIDTH)?,
                people: featured(row, 2 + WIDTH)?,
                machine_count: row.integer(3 + WIDTH)?,
                machines: machines(row, 4 + WIDTH)?,
            })
        })
    }

    /// Whether anybody who may act, and can get a token, can manage the directory, whose management resource is `indicator`.
    pub async fn has_manager(self, indicator: &str, now: Millis) -> Result<bool, DbError> {
        let rows = self.exec.run(HAS_MANAGER, params![indicator, now]).await?;
        rows.first().map_or(Ok(false), |row| row.boolean(0))
    }
}

fn machines(row: &Row, column: usize) -> Result<Vec<FeaturedMachine>, DbError> {
    let rows: Vec<(i64, String, String)> = row.list(column)?;
    let read =
        |(id, name, application_type)| FeaturedMachine { id: PrincipalId::from_stored(id), name, application_type };
    Ok(rows.into_iter().map(read).collect())
}
