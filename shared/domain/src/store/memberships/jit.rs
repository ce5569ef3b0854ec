//! Joining without an invitation, just in time: whoever is known to own an address of certain domains joins an organization,
//! with certain roles.

use crate::model::{EmailDomain, IdSet, OrganizationId, Role, RoleId};
use crate::params;
use crate::store::db::DbError;
use crate::store::paging::{Page, Window};
use crate::store::roles::read::role;
use crate::store::tenant::{System, Write};

statements! {
    /// ?2 offset, ?3 limit.
    DOMAINS = "SELECT t.total, page.domain \
        FROM (SELECT count(*) AS total FROM organization_jit_domain WHERE organization_id = ?1) t \
        LEFT JOIN (SELECT domain FROM organization_jit_domain WHERE organization_id = ?1 ORDER BY domain \
          LIMIT ?3 OFFSET ?2) page ON true ORDER BY page.domain";
    KEEP_DOMAINS = "DELETE FROM organization_jit_domain WHERE organization_id = ?1 \
        AND domain NOT IN (SELECT value FROM json_each(?2))";
    ADD_DOMAINS = "INSERT INTO organization_jit_domain (organization_id, domain) SELECT ?1, value FROM json_each(?2) \
        WHERE true ON CONFLICT DO NOTHING RETURNING domain";
    REMOVE_DOMAIN = "DELETE FROM organization_jit_domain WHERE organization_id = ?1 AND domain = ?2 RETURNING domain";
    /// ?2 offset, ?3 limit.
    ROLES = "SELECT t.total, page.id, page.name, page.description, page.principal_kind \
        FROM (SELECT count(*) AS total FROM organization_jit_role WHERE organization_id = ?1) t \
        LEFT JOIN (SELECT r.id, r.name, r.description, r.principal_kind FROM organization_jit_role j \
          JOIN role r ON r.id = j.role_id WHERE j.organization_id = ?1 ORDER BY r.name LIMIT ?3 OFFSET ?2) page ON true \
        ORDER BY page.name";
    KEEP_ROLES = "DELETE FROM organization_jit_role WHERE organization_id = ?1 \
        AND role_id NOT IN (SELECT value FROM json_each(?2))";
    ADD_ROLES = "INSERT INTO organization_jit_role (organization_id, role_id) SELECT ?1, value FROM json_each(?2) \
        WHERE true ON CONFLICT DO NOTHING";
    REMOVE_ROLE = "DELETE FROM organization_jit_role WHERE organization_id = ?1 AND role_id = ?2 RETURNING role_id";
}

impl<M> System<'_, M> {
    /// Domains whose people join an organization, by name. Where there is no such organization, none.
    pub async fn jit_domains(self, organization: OrganizationId, window: Window) -> Result<Page<String>, DbError> {
        let rows = self.exec.run(DOMAINS, params![organization, window.offset, window.limit]).await?;
        Page::read(&rows, |row| row.text(1))
    }

    /// Roles that come with joining by domain, by name. Where there is no such organization, none.
    pub async fn jit_roles(self, organization: OrganizationId, window: Window) -> Result<Page<Role>, DbError> {
        let rows = self.exec.run(ROLES, params![organization, window.offset, window.limit]).await?;
        Page::read(&rows, |row| role(row, 1))
    }
}

impl System<'_, Write> {
    /// Adds domains; returns how many are new. [`DbError::ForeignKey`] when the organization is not there.
    pub async fn add_jit_domains(
        self,
        organization: OrganizationId,
        domains: &[EmailDomain],
    ) -> Result<usize, DbError> {
        Ok(self.exec.run(ADD_DOMAINS, params![organization, listed(domains)]).await?.len())
    }

    /// Takes all domains off the list but these.
    pub async fn keep_jit_domains(self, organization: OrganizationId, domains: &[EmailDomain]) -> Result<(), DbError> {
        self.exec.run(KEEP_DOMAINS, params![organization, listed(domains)]).await.map(|_| ())
    }

    /// Removes a domain, given in lower case; `false` when it is not there.
    pub async fn remove_jit_domain(self, organization: OrganizationId, domain: &str) -> Result<bool, DbError> {
        Ok(!self.exec.run(REMOVE_DOMAIN, params![organization, domain]).await?.is_empty())
    }

    /// Adds roles, which are known to be there; those that are listed already stay. [`DbError::ForeignKey`] when the
    /// organization is not there.
    pub async fn add_jit_roles(self, organization: OrganizationId, roles: &IdSet<RoleId>) -> Result<(), DbError> {
        self.exec.run(ADD_ROLES, params![organization, roles.json()]).await.map(|_| ())
    }

    /// Takes all roles off the list but these.
    pub async fn keep_jit_roles(self, organization: OrganizationId, roles: &IdSet<RoleId>) -> Result<(), DbError> {
        self.exec.run(KEEP_ROLES, params![organization, roles.json()]).await.map(|_| ())
    }

    /// Takes a role off the list; `false` when it is not on it.
    pub async fn remove_jit_role(self, organization: OrganizationId, role: RoleId) -> Result<bool, DbError> {
        Ok(!self.exec.run(REMOVE_ROLE, params![organization, role]).await?.is_empty())
    }
}

fn listed(domains: &[EmailDomain]) -> String {
    let domains: Vec<&str> = domains.iter().map(EmailDomain::text).collect();
    serde_json::Value::from(domains).to_string()
}
