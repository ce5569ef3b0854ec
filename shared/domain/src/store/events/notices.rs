//! Mails that tell somebody which organizations became theirs, or are so no more.

use serde_json::{Value as Json, json};

use super::outbox::insert_mail;
use crate::clock::Millis;
use crate::model::{OrganizationId, PrincipalId};
use crate::params;
use crate::store::db::DbError;
use crate::store::tenant::{System, Write};

statements! {
    /// ?1 for each mail its id, organization and change. As many as there are, in one go.
    INSERT = insert_mail!("SELECT json_extract(listed.value, '$[0]'), ?2, ?3, o.id, ?4, json_object('organization_id', \
            CAST(o.id AS TEXT), 'organization_name', o.name, \
            'organization_scope_change', json_extract(listed.value, '$[2]'), 'recipient_name', ?5, \
            'changed_by_name', (SELECT full_name FROM user WHERE id = ?6)), ?7, ?7 \
        FROM json_each(?1) listed CROSS JOIN organization o ON o.id = json_extract(listed.value, '$[1]')");
}

/// What has become of one organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeChange {
    /// It was added.
    Added,
    /// It was removed.
    Removed,
}

/// One mail for each of some organizations.
#[derive(Debug, Clone)]
pub struct Notices<'a> {
    /// What they are about.
    pub template: &'static str,
    /// E-mail address.
    pub recipient: &'a str,
    /// Whom they are for.
    pub account: PrincipalId,
    /// What the person is called.
    pub name: Option<&'a str>,
    /// Who has changed it.
    pub changed_by: PrincipalId,
    /// For each its id (a ULID), the organization, and what has become of that.
    pub changes: Vec<(String, OrganizationId, ScopeChange)>,
}

impl System<'_, Write> {
    /// Puts mails into the outbox, due at once.
    pub async fn insert_notices(self, notices: Notices<'_>, now: Millis) -> Result<(), DbError> {
        let Notices { template, recipient, account, name, changed_by, changes } = notices;
        let change = |(id, organization, change): (String, OrganizationId, ScopeChange)| {
            json!([id, organization.get(), if change == ScopeChange::Added { "added" } else { "removed" }])
        };
        let listed: Json = changes.into_iter().map(change).collect();
        let params = params![listed.to_string(), template, recipient, account, name, changed_by, now];
        self.exec.run(INSERT, params).await.map(|_| ())
    }
}
