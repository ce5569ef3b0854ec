//! Callers whose authority rests on an account role or on the limits of an API key: one statement reads all of it.

use super::row::{AccountFacts, CallerRow, TokenSubject};
use super::statements::{caller, caller_columns, grants, is_token_alive};
use crate::clock::Millis;
use crate::model::OrganizationId;
use crate::params;
use crate::policy::AccountRole;
use crate::store::credentials::api_keys::key_limits;
use crate::store::db::DbError;
use crate::store::tenant::System;
use crate::store::value::{Row, Value};

statements! {
    /// Parameters as of `callers.BY_TOKEN`, but that credentials with limits of their own are taken, as their limits are
    /// read along.
    BY_TOKEN = concat!(
        caller_columns!(), is_token_alive!("true"), ", ?5, u.account_role, \
         (SELECT json_group_array(organization_id) FROM membership WHERE principal_id = p.id AND is_owner = 1), \
         (SELECT json_group_array(organization_id) FROM (SELECT organization_id FROM membership \
            WHERE principal_id = p.id ORDER BY organization_id)), \
         c.permissions, c.scope_type, c.scope_value \
         FROM principal p JOIN user u ON u.id = p.id LEFT JOIN organization h ON h.id = p.organization_id \
         LEFT JOIN credential c ON c.id = ?5 AND c.kind = 'api_key' WHERE p.id = ?1"
    );
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
