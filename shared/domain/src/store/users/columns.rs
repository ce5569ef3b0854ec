//! The columns of users that readers select, and how they are read. Tables: `u` user, `p` principal.

use crate::model::{OrganizationId, Picture, PrincipalId, PrincipalState, User, UserAccess, UserClaims, UserHome};
use crate::policy::AccountRole;
use crate::store::db::DbError;
use crate::store::organizations;
use crate::store::value::Row;

/// Columns of [`user`], in its order.
macro_rules! user_columns {
    () => {
        "u.id, p.state, u.first_name, u.last_name, u.display_name, u.email, u.phone, u.avatar_image, u.avatar_url, \
         p.created_at, p.updated_at"
    };
}
pub(in crate::store) use user_columns;

/// Number of columns in `user_columns!`.
pub(in crate::store) const CORE: usize = 11;

/// Columns of [`claims`], in its order.
macro_rules! claims_columns {
    () => {
        "u.username, u.last_sign_in_at, u.custom_data, u.identities, u.profile"
    };
}
pub(in crate::store) use claims_columns;

/// Number of columns in `claims_columns!`.
pub(in crate::store) const CLAIMS: usize = 5;

/// Columns of [`access`], in its order.
macro_rules! access_columns {
    () => {
        "u.sso_channel, u.account_role, u.role_scope, \
         (SELECT json_group_array(organization_id) FROM (SELECT organization_id FROM membership \
            WHERE principal_id = u.id ORDER BY organization_id)), \
         u.joined_at, u.invitation_expires_at"
    };
}
pub(in crate::store) use access_columns;

/// Number of columns in `access_columns!`.
pub(in crate::store) const ACCESS: usize = 6;

/// Columns of [`home`], in its order. Table `o`: the home organization.
macro_rules! home_columns {
    () => {
        concat!("u.config, ", $crate::store::organizations::organization_columns!("o"))
    };
}
pub(super) use home_columns;

/// Number of columns in `home_columns!`.
pub(super) const HOME: usize = 1 + organizations::WIDTH;

/// Reads the columns of `user_columns!` from `first` on.
pub(in crate::store) fn user(row: &Row, first: usize) -> Result<User, DbError> {
    let state = PrincipalState::from_stored(&row.text(first + 1)?);
    Ok(User {
        id: PrincipalId::from_stored(row.integer(first)?),
        state: state.ok_or(DbError::Shape { column: first + 1, wanted: "principal.state" })?,
        first_name: row.text_opt(first + 2)?,
        last_name: row.text_opt(first + 3)?,
        display_name: row.text_opt(first + 4)?,
        email: row.text_opt(first + 5)?,
        phone: row.text_opt(first + 6)?,
        avatar: Picture::from_stored(row.text_opt(first + 7)?, row.text_opt(first + 8)?),
        created_at: row.integer(first + 9)?,
        updated_at: row.integer(first + 10)?,
        data: (),
    })
}

/// Reads the columns of `claims_columns!` from `first` on.
pub(super) fn claims(row: &Row, first: usize) -> Result<UserClaims, DbError> {
    Ok(UserClaims {
        username: row.text_opt(first)?,
        last_sign_in_at: row.integer_opt(first + 1)?,
        custom_data: row.object(first + 2)?,
        identities: row.object(first + 3)?,
        profile: row.object(first + 4)?,
    })
}

/// Reads the columns of `access_columns!` from `first` on.
pub(super) fn access(row: &Row, first: usize) -> Result<UserAccess, DbError> {
    let wrong = DbError::Shape { column: first + 1, wanted: "a role" };
    let role = row.text_opt(first + 1)?.map(|role| AccountRole::from_stored(&role).ok_or(wrong));
    Ok(UserAccess {
        sso_channel: row.text_opt(first)?,
        given_role: role.transpose()?,
        scope_rest: row.object(first + 2)?,
        organizations: organizations(row, first + 3)?,
        joined_at: row.integer_opt(first + 4)?,
        invitation_expires_at: row.integer_opt(first + 5)?,
    })
}

/// Reads the columns of `home_columns!` from `first` on.
pub(super) fn home(row: &Row, first: usize) -> Result<UserHome, DbError> {
    Ok(UserHome { config: row.json_opt(first)?, organization: organizations::organization_opt(row, first + 1)? })
}

/// Reads a JSON list of organizations.
pub(super) fn organizations(row: &Row, column: usize) -> Result<Vec<OrganizationId>, DbError> {
    Ok(row.list::<i64>(column)?.into_iter().map(OrganizationId::from_stored).collect())
}

/// Reads the columns of `user_columns!` and `claims_columns!` from `first` on.
pub(in crate::store) fn with_claims(row: &Row, first: usize) -> Result<User<UserClaims>, DbError> {
    let claims = claims(row, first + CORE)?;
    Ok(user(row, first)?.map(|()| claims))
}

/// Reads the columns of `user_columns!` and `access_columns!` from `first` on.
pub(in crate::store) fn with_access(row: &Row, first: usize) -> Result<User<UserAccess>, DbError> {
    let access = access(row, first + CORE)?;
    Ok(user(row, first)?.map(|()| access))
}
