//! Pages of accounts, and single ones.

use super::table::ACCOUNTS;
use crate::model::{Account, OrganizationId, Picture, PrincipalId, PrincipalState, json_list};
use crate::params;
use crate::policy::{AccountRole, Reach, Rights};
use crate::store::callers::{self, grants};
use crate::store::db::DbError;
use crate::store::query::{Selected, Selection, Sql};
use crate::store::tenant::System;
use crate::store::value::Row;

/// Columns of [`account`], in its order. Tables: `u` user, `p` principal.
macro_rules! account_columns {
    () => {
        "u.id, u.full_name, u.email, u.sso_channel, p.state, u.account_role, u.role_scope, \
         (SELECT json_group_array(organization_id ORDER BY organization_id) FROM membership \
            WHERE principal_id = u.id), \
         u.avatar_image, u.avatar_url, u.joined_at, u.invitation_expires_at, p.created_at, p.updated_at"
    };
}

pub(in crate::store) use account_columns;

/// Number of columns in `account_columns!`.
const WIDTH: usize = 14;

statements! {
    FIND = concat!("SELECT ", account_columns!(), " FROM user u JOIN principal p ON p.id = u.id WHERE u.id = ?1");
    /// Those in the JSON list ?1, by id.
    NAMED = concat!(
        "SELECT ", account_columns!(), " FROM user u JOIN principal p ON p.id = u.id \
         WHERE u.id IN (SELECT value FROM json_each(?1)) ORDER BY u.id"
    );
    /// The same with the organizations that it owns.
    FIND_WITH_OWNED = concat!(
        "SELECT ", account_columns!(), ", \
         (SELECT json_group_array(organization_id ORDER BY organization_id) FROM membership \
            WHERE principal_id = u.id AND is_owner = 1) \
         FROM user u JOIN principal p ON p.id = u.id WHERE u.id = ?1"
    );
}

/// Appends the condition that `u`, the user, is within `reach`.
fn append(sql: &mut Sql, reach: &Reach) {
    match reach {
        Reach::All => {
            sql.push("true");
        }
        Reach::Acquainted { me, knows_role_holders: true } => {
            // Nearly everybody: with the plus signs no index is looked for by this, but by what the list is sorted by.
            sql.push("(+u.account_role IS NOT NULL OR +");
            acquainted(sql, *me);
            sql.push(")");
        }
        Reach::Acquainted { me, knows_role_holders: false } => acquainted(sql, *me),
        Reach::Organizations { ids, own } => {
            sql.push("u.id IN (");
            if let Some(me) = own {
                sql.push("SELECT ").bind(*me).push(" UNION ");
            }
            sql.push("SELECT principal_id FROM membership ");
            sql.push("WHERE kind = 'user' AND organization_id IN (SELECT value FROM json_each(");
            sql.bind(json_list(ids)).push(")))");
        }
        Reach::Own(me) => {
            sql.push("u.id = ").bind(*me);
        }
        Reach::Nothing => {
            sql.push("false");
        }
    }
}

fn acquainted(sql: &mut Sql, me: PrincipalId) {
    sql.push("u.id IN (SELECT ").bind(me).push(" UNION SELECT m.principal_id FROM membership mine ");
    sql.push("JOIN membership m ON m.organization_id = mine.organization_id AND m.kind = 'user' ");
    sql.push("WHERE mine.principal_id = ").bind(me).push(")");
}

/// An account that is to be changed, and what decides who may do that, and how.
#[derive(Debug, Clone)]
pub struct ChangingAccount {
    /// The account.
    pub account: Account,
    /// Roles held, in every organization and on the platform, in any API.
    pub rights: Rights,
    /// Organizations that it owns.
    pub owned: Vec<OrganizationId>,
    /// Organization where the person is at home.
    pub home: Option<OrganizationId>,
    /// Whether a password was ever set.
    pub has_password: bool,
}

/// Appends the condition that `u` is within each of `reaches`.
fn append_all(sql: &mut Sql, reaches: &[Reach]) {
    for reach in reaches {
        sql.push(" AND ");
        append(sql, reach);
    }
}

impl<M> System<'_, M> {
    /// A page of the accounts within `reach`.
    pub async fn accounts(self, reach: &Reach, selection: &Selection) -> Result<Selected<Account>, DbError> {
        let rows = self.exec.run_built(&page(reach, selection)).await?;
        selection.read(&rows, |row| account(row, 1))
    }

    /// One account, if it is within `reach`.
    pub async fn account(self, reach: &Reach, id: PrincipalId) -> Result<Option<Account>, DbError> {
        let mut sql = Sql::new(concat!("SELECT ", account_columns!(), " FROM user u JOIN principal p ON p.id = u.id "));
        sql.push("WHERE u.id = ").bind(id).push(" AND ");
        append(&mut sql, reach);
        self.exec.run_built(&sql).await?.first().map(|row| account(row, 0)).transpose()
    }

    /// One account, whoever asks.
    pub async fn account_anywhere(self, id: PrincipalId) -> Result<Option<Account>, DbError> {
        self.exec.run(FIND, params![id]).await?.first().map(|row| account(row, 0)).transpose()
    }

    /// These accounts, by id, whoever asks.
    pub async fn accounts_of(self, ids: &[PrincipalId]) -> Result<Vec<Account>, DbError> {
        let rows = self.exec.run(NAMED, params![json_list(ids)]).await?;
        rows.iter().map(|row| account(row, 0)).collect()
    }

    /// One account, whoever asks, and the organizations that it owns.
    pub async fn account_with_owned(self, id: PrincipalId) -> Result<Option<(Account, Vec<OrganizationId>)>, DbError> {
        let rows = self.exec.run(FIND_WITH_OWNED, params![id]).await?;
        let with_owned = |row: &Row| {
            let owned = row.list::<i64>(WIDTH)?.into_iter().map(OrganizationId::from_stored).collect();
            Ok((account(row, 0)?, owned))
        };
        rows.first().map(with_owned).transpose()
    }

    /// One account that is to be changed, if it is within each of `reaches`.
    pub async fn account_to_change(
        self,
        reaches: &[Reach],
        id: PrincipalId,
    ) -> Result<Option<ChangingAccount>, DbError> {
        let mut sql = Sql::new(concat!(
            "SELECT ",
            account_columns!(),
            ", (SELECT json_group_array(organization_id) FROM membership WHERE principal_id = u.id AND is_owner = 1), \
             p.organization_id, EXISTS (SELECT 1 FROM credential WHERE principal_id = u.id AND kind = 'password'), ",
            grants!(""),
            " FROM user u JOIN principal p ON p.id = u.id WHERE u.id = "
        ));
        append_all(sql.bind(id), reaches);
        let changing = |row: &Row| {
            Ok(ChangingAccount {
                account: account(row, 0)?,
                owned: row.list::<i64>(WIDTH)?.into_iter().map(OrganizationId::from_stored).collect(),
                home: row.integer_opt(WIDTH + 1)?.map(OrganizationId::from_stored),
                has_password: row.boolean(WIDTH + 2)?,
                rights: Rights::new(callers::roles(&row.text(WIDTH + 3)?)?),
            })
        };
        self.exec.run_built(&sql).await?.first().map(changing).transpose()
    }

    /// The account with this address, whoever asks, and whether it is within `reach`; `None` reaches nobody.
    pub async fn account_by_email(
        self,
        email_key: &str,
        reach: Option<&Reach>,
    ) -> Result<Option<(Account, bool)>, DbError> {
        let mut sql = Sql::new(concat!("SELECT ", account_columns!(), ", "));
        append(&mut sql, reach.unwrap_or(&Reach::Nothing));
        sql.push(" FROM user u JOIN principal p ON p.id = u.id WHERE u.email_key = ").bind(email_key);
        let found = |row: &Row| Ok((account(row, 0)?, row.boolean(WIDTH)?));
        self.exec.run_built(&sql).await?.first().map(found).transpose()
    }
}

/// The statement that reads a page.
fn page(reach: &Reach, selection: &Selection) -> Sql {
    let details = "LEFT JOIN user u ON u.id = page.id LEFT JOIN principal p ON p.id = page.id";
    match reach {
        Reach::All => selection.statement_of_all(&ACCOUNTS, account_columns!(), details),
        _ => selection.statement(&ACCOUNTS, |sql| append(sql, reach), account_columns!(), details),
    }
}

/// Reads the columns of `account_columns!` from `first` on.
pub(in crate::store) fn account(row: &Row, first: usize) -> Result<Account, DbError> {
    let wrong = |column: usize, wanted| DbError::Shape { column: first + column, wanted };
    let state = PrincipalState::from_stored(&row.text(first + 4)?);
    let given_role = row.text_opt(first + 5)?.map(|role| AccountRole::from_stored(&role).ok_or(wrong(5, "a role")));
    Ok(Account {
        id: PrincipalId::from_stored(row.integer(first)?),
        name: row.text_opt(first + 1)?,
        email: row.text_opt(first + 2)?,
        sso_channel: row.text_opt(first + 3)?,
        state: state.ok_or(wrong(4, "principal.state"))?,
        given_role: given_role.transpose()?,
        scope_rest: row.object(first + 6)?,
        organizations: row.list::<i64>(first + 7)?.into_iter().map(OrganizationId::from_stored).collect(),
        picture: Picture::from_stored(row.text_opt(first + 8)?, row.text_opt(first + 9)?),
        joined_at: row.integer_opt(first + 10)?,
        invitation_expires_at: row.integer_opt(first + 11)?,
        created_at: row.integer(first + 12)?,
        updated_at: row.integer(first + 13)?,
    })
}

#[cfg(test)]
#[cfg(feature = "native")]
#[path = "list_tests.rs"]
mod tests;
