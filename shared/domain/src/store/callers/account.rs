//! Callers whose authority rests on an account role or on the limits of an API key: one statement reads all of it.

use super::callers::{CallerRow, TokenSubject, caller, caller_columns, grants, is_token_alive};
use super::db::DbError;
use super::tenant::System;
use super::value::{Row, Value};
use crate::clock::Millis;
use crate::model::OrganizationId;
use crate::params;
use crate::policy::{AccountRole, ApiPermission, KeyScope};

statements! {
    /// Parameters as of `callers.BY_TOKEN`, but that credentials with limits of their own are taken, as their limits are
    /// read along.
    BY_TOKEN = concat!(
        caller_columns!(), is_token_alive!("true"), ", ?5, u.account_role, \
         (SELECT json_group_array(organization_id) FROM membership WHERE principal_id = p.id AND is_owner = 1), \
         (SELECT json_group_array(organization_id ORDER BY organization_id) FROM membership \
            WHERE principal_id = p.id), \
         c.permissions, c.scope_type, c.scope_value \
         FROM principal p JOIN user u ON u.id = p.id LEFT JOIN organization h ON h.id = p.organization_id \
         LEFT JOIN credential c ON c.id = ?5 AND c.kind = 'api_key' WHERE p.id = ?1"
    );
}

/// What is known of a caller's account.
#[derive(Debug, Clone)]
pub struct AccountFacts {
    /// The role that was given to the account.
    pub given_role: Option<AccountRole>,
    /// Organizations that it owns.
    pub owned: Vec<OrganizationId>,
    /// Organizations that it is in.
    pub memberships: Vec<OrganizationId>,
    /// Limits of the API key behind the token.
    pub key: Option<KeyLimits>,
}

/// What an API key may do, and where.
#[derive(Debug, Clone)]
pub struct KeyLimits {
    /// Its permissions.
    pub permissions: Vec<ApiPermission>,
    /// What it is limited to.
    pub scope: KeyScope,
    /// Ids of the organizations or projects; empty for all.
    pub values: Vec<String>,
}

impl<M> System<'_, M> {
    /// The bearer of a token whose signature was verified.
    pub async fn account_of_token(self, subject: &TokenSubject, now: Millis) -> Result<Option<CallerRow>, DbError> {
        let (jti, credential, session) = (&subject.jti, subject.credential, subject.session);
        let params = params![subject.principal, Value::Null, now, jti, credential, session];
        self.exec.run(BY_TOKEN, params).await?.first().map(account).transpose()
    }
}

fn account(row: &Row) -> Result<CallerRow, DbError> {
    let organizations =
        |column| row.list::<i64>(column).map(|ids| ids.into_iter().map(OrganizationId::from_stored).collect());
    let role = row.text_opt(10)?;
    let role = role.map(|role| AccountRole::from_stored(&role).ok_or(DbError::Shape { column: 10, wanted: "a role" }));
    let facts = AccountFacts {
        given_role: role.transpose()?,
        owned: organizations(11)?,
        memberships: organizations(12)?,
        key: key_limits(row, 13)?,
    };
    Ok(CallerRow { account: Some(facts), ..caller(row)? })
}

/// Reads permissions, kind and values of a key's scope, from `first` on; `None` where there is no key.
pub(super) fn key_limits(row: &Row, first: usize) -> Result<Option<KeyLimits>, DbError> {
    if row.text_opt(first)?.is_none() {
        return Ok(None);
    }
    let names: Vec<String> = row.list(first)?;
    let permissions = names.iter().map(|name| ApiPermission::from_stored(name)).collect::<Option<_>>();
    Ok(Some(KeyLimits {
        permissions: permissions.ok_or(DbError::Shape { column: first, wanted: "API permissions" })?,
        scope: KeyScope::from_stored(&row.text(first + 1)?)
            .ok_or(DbError::Shape { column: first + 1, wanted: "credential.scope_type" })?,
        values: row.list(first + 2)?,
    }))
}
