//! One user at a time.

use serde_json::Value as Json;

use super::columns::{
    ACCESS, CLAIMS, CORE, HOME, access, access_columns, claims, claims_columns, home, home_columns, organizations,
    user, user_columns, with_access, with_claims,
};
use super::reach::append;
use crate::clock::Millis;
use crate::model::{OrganizationId, PrincipalId, User, UserAccess, UserClaims, UserHome, json_list};
use crate::params;
use crate::policy::{Post, Reach, Rights};
use crate::store::callers::{self, grants};
use crate::store::db::DbError;
use crate::store::query::Sql;
use crate::store::tenant::System;
use crate::store::value::Row;

/// Posts of which ?, a user or machine named by the expression, is the only active administrator: a JSON list of
/// organizations, and NULL for the platform. Of organizations only users count, of the platform machines as well.
macro_rules! sole_posts {
    ($principal:literal) => {
        concat!(
            "(SELECT json_group_array(g.organization_id) FROM role_grant g JOIN role r ON r.id = g.role_id \
              WHERE g.principal_id = ",
            $principal,
            " AND (r.key = 'org:admin' AND g.organization_id IS NOT NULL AND NOT EXISTS ( \
                SELECT 1 FROM role_grant other JOIN principal q ON q.id = other.principal_id \
                WHERE other.organization_id = g.organization_id AND other.role_id = g.role_id \
                  AND other.principal_id <> g.principal_id AND q.kind = 'user' AND q.state = 'active') \
              OR r.key = 'admin' AND g.organization_id IS NULL AND NOT EXISTS ( \
                SELECT 1 FROM role_grant other JOIN principal q ON q.id = other.principal_id \
                WHERE other.role_id = g.role_id AND other.organization_id IS NULL \
                  AND other.principal_id <> g.principal_id AND q.state = 'active')))"
        )
    };
}

/// Whether `u` has a password.
macro_rules! has_password {
    () => {
        "EXISTS (SELECT 1 FROM credential WHERE principal_id = u.id AND kind = 'password')"
    };
}
pub(super) use has_password;

/// Organizations that `u` owns.
macro_rules! owned {
    () => {
        "(SELECT json_group_array(organization_id) FROM (SELECT organization_id FROM membership \
            WHERE principal_id = u.id AND is_owner = 1 ORDER BY organization_id))"
    };
}

statements! {
    /// Those in the JSON list ?1, by id.
    NAMED = concat!(
        "SELECT ", user_columns!(), ", ", access_columns!(), " FROM user u JOIN principal p ON p.id = u.id \
         WHERE u.id IN (SELECT value FROM json_each(?1)) ORDER BY u.id"
    );
    WITH_OWNED = concat!(
        "SELECT ", user_columns!(), ", ", access_columns!(), ", ", owned!(),
        " FROM user u JOIN principal p ON p.id = u.id WHERE u.id = ?1"
    );
    PREFERENCES = "SELECT notification_preferences FROM user WHERE id = ?1";
    /// Whether anybody but ?1 administers accounts who can act now.
    HAS_OTHER_ACCOUNT_ADMIN = "SELECT EXISTS (SELECT 1 FROM user u JOIN principal p ON p.id = u.id \
        WHERE ifnull(u.account_role, 'user') IN ('admin', 'system') AND u.id <> ?1 AND p.state = 'active')";
}

/// Columns of [`record`], in its order: what any API shows and changes, and what decides who may do that.
macro_rules! record_columns {
    () => {
        concat!(
            user_columns!(),
            ", ",
            claims_columns!(),
            ", ",
            access_columns!(),
            ", ",
            home_columns!(),
            ", u.email_verified_at, ",
            has_password!(),
            ", ",
            owned!(),
            ", ",
            sole_posts!("u.id"),
            ", ",
            grants!("")
        )
    };
}

/// Number of columns in `record_columns!`.
const RECORD: usize = CORE + CLAIMS + ACCESS + HOME + 5;

/// Where they are from.
macro_rules! record_tables {
    () => {
        " FROM user u JOIN principal p ON p.id = u.id LEFT JOIN organization o ON o.id = p.organization_id "
    };
}

/// All of one user.
#[derive(Debug, Clone, Default)]
pub struct UserRecord {
    /// What clients store, and who the user is elsewhere.
    pub claims: UserClaims,
    /// How the user comes in, and what the account role reaches.
    pub access: UserAccess,
    /// Settings and home.
    pub home: UserHome,
    /// When it was proven that the user reads mail sent to the address.
    pub email_verified_at: Option<Millis>,
    /// Whether a password is set.
    pub has_password: bool,
    /// Organizations that the user owns.
    pub owned: Vec<OrganizationId>,
    /// Where there is no other active administrator.
    pub sole_posts: Vec<Post>,
    /// Roles held, in every organization and on the platform, in any API.
    pub rights: Rights,
}

impl UserRecord {
    /// Home organization.
    pub fn home_id(&self) -> Option<OrganizationId> {
        self.home.organization.as_ref().map(|organization| organization.id)
    }

    /// Whether the user has come in: has accepted an invitation, or set a password.
    pub fn has_come_in(&self) -> bool {
        self.access.joined_at.is_some() || self.has_password
    }
}

/// A user as those see it who manage all of them.
#[derive(Debug, Clone)]
pub struct ManagedUser {
    /// The user.
    pub user: User<UserClaims>,
    /// Whether a password is set.
    pub has_password: bool,
}

impl From<User<UserRecord>> for ManagedUser {
    fn from(user: User<UserRecord>) -> Self {
        Self { has_password: user.data.has_password, user: user.map(|record| record.claims) }
    }
}

impl<M> System<'_, M> {
    /// One user within `reach`, with settings and home.
    pub async fn user_with_home(self, reach: &Reach, id: PrincipalId) -> Result<Option<User<UserHome>>, DbError> {
        let select = concat!("SELECT ", user_columns!(), ", ", home_columns!(), record_tables!(), "WHERE u.id = ");
        let rows = self.exec.run_built(&within(select, &[reach], id)).await?;
        let read = |row: &Row| {
            let home = home(row, CORE)?;
            Ok(user(row, 0)?.map(|()| home))
        };
        rows.first().map(read).transpose()
    }

    /// One user within `reach`, as those see it who manage all of them.
    pub async fn managed_user(self, reach: &Reach, id: PrincipalId) -> Result<Option<ManagedUser>, DbError> {
        let select = concat!(
            "SELECT ",
            user_columns!(),
            ", ",
            claims_columns!(),
            ", ",
            has_password!(),
            " FROM user u JOIN principal p ON p.id = u.id WHERE u.id = "
        );
        let rows = self.exec.run_built(&within(select, &[reach], id)).await?;
        rows.first().map(|row| managed(row, 0)).transpose()
    }

    /// One user within `reach`, with account role and organizations.
    pub async fn user_with_access(self, reach: &Reach, id: PrincipalId) -> Result<Option<User<UserAccess>>, DbError> {
        let select = concat!(
            "SELECT ",
            user_columns!(),
            ", ",
            access_columns!(),
            " FROM user u JOIN principal p ON p.id = u.id WHERE u.id = "
        );
        let rows = self.exec.run_built(&within(select, &[reach], id)).await?;
        rows.first().map(|row| with_access(row, 0)).transpose()
    }

    /// These users, by id, with account roles and organizations.
    pub async fn users_with_access(self, ids: &[PrincipalId]) -> Result<Vec<User<UserAccess>>, DbError> {
        let rows = self.exec.run(NAMED, params![json_list(ids)]).await?;
        rows.iter().map(|row| with_access(row, 0)).collect()
    }

    /// One user, and the organizations that it owns.
    pub async fn user_with_owned(
        self,
        id: PrincipalId,
    ) -> Result<Option<(User<UserAccess>, Vec<OrganizationId>)>, DbError> {
        let rows = self.exec.run(WITH_OWNED, params![id]).await?;
        let read = |row: &Row| Ok((with_access(row, 0)?, organizations(row, CORE + ACCESS)?));
        rows.first().map(read).transpose()
    }

    /// All of one user, within each of `reaches`.
    pub async fn user_record(self, reaches: &[&Reach], id: PrincipalId) -> Result<Option<User<UserRecord>>, DbError> {
        let select = concat!("SELECT ", record_columns!(), record_tables!(), "WHERE u.id = ");
        let rows = self.exec.run_built(&within(select, reaches, id)).await?;
        rows.first().map(record).transpose()
    }

    /// The user with this address, and whether it is within `reach`; `None` reaches nobody.
    pub async fn user_by_email(
        self,
        email_key: &str,
        reach: Option<&Reach>,
    ) -> Result<Option<(User<UserRecord>, bool)>, DbError> {
        let mut sql = Sql::new(concat!("SELECT ", record_columns!(), ", "));
        append(&mut sql, reach.unwrap_or(&Reach::Nothing));
        sql.push(concat!(record_tables!(), "WHERE u.email_key = ")).bind(email_key);
        let read = |row: &Row| Ok((record(row)?, row.boolean(RECORD)?));
        self.exec.run_built(&sql).await?.first().map(read).transpose()
    }

    /// Whether anybody but `id` administers accounts who can act now.
    pub async fn has_other_account_admin(self, id: PrincipalId) -> Result<bool, DbError> {
        let rows = self.exec.run(HAS_OTHER_ACCOUNT_ADMIN, params![id]).await?;
        rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row" })?.boolean(0)
    }

    /// Stored notification preferences. `None`: no such user; `Some(None)`: never saved.
    pub async fn notification_preferences(self, id: PrincipalId) -> Result<Option<Option<Json>>, DbError> {
        let rows = self.exec.run(PREFERENCES, params![id]).await?;
        rows.first().map(|row| row.json_opt(0)).transpose()
    }
}

/// A statement for the user `id`, within each of `reaches`.
fn within(select: &'static str, reaches: &[&Reach], id: PrincipalId) -> Sql {
    let mut sql = Sql::new(select);
    sql.bind(id);
    for reach in reaches {
        sql.push(" AND ");
        append(&mut sql, reach);
    }
    sql
}

/// Reads a user with claims and the password behind them, from `first` on.
pub(super) fn managed(row: &Row, first: usize) -> Result<ManagedUser, DbError> {
    Ok(ManagedUser { user: with_claims(row, first)?, has_password: row.boolean(first + CORE + CLAIMS)? })
}

fn record(row: &Row) -> Result<User<UserRecord>, DbError> {
    let (at_access, at_home) = (CORE + CLAIMS, CORE + CLAIMS + ACCESS);
    let rest = at_home + HOME;
    let record = UserRecord {
        claims: claims(row, CORE)?,
        access: access(row, at_access)?,
        home: home(row, at_home)?,
        email_verified_at: row.integer_opt(rest)?,
        has_password: row.boolean(rest + 1)?,
        owned: organizations(row, rest + 2)?,
        sole_posts: posts(row, rest + 3)?,
        rights: Rights::new(callers::roles(&row.text(rest + 4)?)?),
    };
    Ok(user(row, 0)?.map(|()| record))
}

fn posts(row: &Row, column: usize) -> Result<Vec<Post>, DbError> {
    let posts: Vec<Option<i64>> = row.list(column)?;
    Ok(posts.into_iter().map(|post| post.map(OrganizationId::from_stored)).collect())
}
