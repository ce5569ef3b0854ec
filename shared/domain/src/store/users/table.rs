//! What lists of users can be filtered and sorted by.

use serde_json::Value as Json;

use crate::crypto::secret::sha256;
use crate::store::query::json::contains;
use crate::store::query::{Alone, Filter, Kind, Name, Operand, Sort, Sql, Table, Test};

/// Users: `u` user, `p` principal.
pub static USERS: Table = Table {
    // What stands before the dot in names of columns.
    name: "accounts",
    from: "user u",
    from_joined: "user u JOIN principal p ON p.id = u.id",
    id: "u.id",
    alone: Some(Alone { from: "principal p", condition: "p.kind = 'user'", id: "p.id" }),
    filters: &[
        ID,
        ID.test("id__in", Test::In),
        NAME,
        NAME.test("name__match", Test::Match),
        EMAIL,
        EMAIL.test("email__match", Test::Match),
        EMAIL.test("email__in", Test::In),
        Filter::with("password_reset_token", Kind::Text, has_reset_token),
        Filter::equal("password_reset_token_expires_at", Kind::Time, RESET_END),
        Filter::equal("sso_channel", Kind::Text, "u.sso_channel"),
        Filter::equal("enabled", Kind::Boolean, ENABLED).joined(),
        ROLE,
        ROLE.test("role_name__in", Test::In),
        ROLE.test("role_name__nin", Test::NotIn),
        Filter::with("role_scope", Kind::Object, is_scope),
        Filter::with("with_role_scope", Kind::Object, has_scope),
        Filter::equal("picture_url", Kind::Text, "u.avatar_url"),
        JOINED,
        JOINED.test("joined_at__gte", Test::AtLeast),
        JOINED.test("joined_at__lte", Test::AtMost),
        Filter::equal("invitation_expired_at", Kind::Time, "u.invitation_expires_at"),
        CREATED,
        CREATED.test("created_at__gte", Test::AtLeast),
        CREATED.test("created_at__lte", Test::AtMost),
        Filter::equal("updated_at", Kind::Time, "p.updated_at").indexed(),
    ],
    sorts: &[
        Sort::by("id", "u.id"),
        Sort::by("name", "u.full_name").nullable(),
        Sort::by("email", "u.email_key").nullable(),
        Sort::by("sso_channel", "u.sso_channel").nullable(),
        Sort::by("enabled", ENABLED).joined(),
        Sort::by("role_name", ROLE_NAME),
        Sort::by("role_scope", "u.role_scope"),
        Sort::by("picture_url", "u.avatar_url").nullable(),
        Sort::by("joined_at", "u.joined_at").nullable(),
        Sort::by("invitation_expired_at", "u.invitation_expires_at").nullable(),
        Sort::by("created_at", "p.created_at").indexed(),
        Sort::by("updated_at", "p.updated_at").indexed(),
    ],
};

/// As the index `user_by_account_role` has it.
const ROLE_NAME: &str = "ifnull(u.account_role, 'user')";
const ENABLED: &str = "p.state IN ('initial', 'active')";
const RESET_END: &str =
    "(SELECT max(expires_at) FROM one_time_code WHERE principal_id = u.id AND purpose = 'password_reset')";

const ID: Filter = Filter::equal("id", Kind::Integer, "u.id");
const NAME: Filter = Filter::equal("name", Kind::Text, "u.full_name").lower("u.name_key");
const EMAIL: Filter = Filter::equal("email", Kind::Text, "u.email").lower("u.email_key");
const ROLE: Filter = Filter::equal("role_name", Kind::Text, ROLE_NAME);
const JOINED: Filter = Filter::equal("joined_at", Kind::Time, "u.joined_at");
const CREATED: Filter = Filter::equal("created_at", Kind::Time, "p.created_at").indexed();

/// A code for a new password was mailed, and it is this one. Stored is its hash alone.
fn has_reset_token(sql: &mut Sql, token: &Operand) {
    let any = "EXISTS (SELECT 1 FROM one_time_code WHERE principal_id = u.id AND purpose = 'password_reset'";
    match token {
        Operand::Text(token) => sql.push(any).push(" AND hash = ").bind(sha256(token)).push(")"),
        _ => sql.push("NOT ").push(any).push(")"),
    };
}

/// The whole role scope is this object: the same organizations, whatever their order, and the same other parts.
fn is_scope(sql: &mut Sql, scope: &Operand) {
    let Some((organizations, rest)) = parts(scope) else {
        sql.push("false");
        return;
    };
    let listed = match &organizations {
        None => Some(Vec::new()),
        Some(Json::Array(items)) => items.iter().map(id).collect(),
        Some(_) => None,
    };
    let Some(mut listed) = listed else {
        sql.push("false");
        return;
    };
    listed.sort_unstable();
    sql.push("u.role_scope = ").bind(rest.to_string());
    sql.push(" AND (SELECT json_group_array(organization_id) FROM (SELECT organization_id FROM membership ");
    sql.push("WHERE principal_id = u.id ORDER BY organization_id)) = ").bind(Json::from(listed).to_string());
}

/// The role scope has all parts of this object in it.
fn has_scope(sql: &mut Sql, scope: &Operand) {
    let Some((organizations, rest)) = parts(scope) else {
        sql.push("false");
        return;
    };
    contains(sql, "u.role_scope", &rest);
    let items = match organizations {
        None => return,
        Some(Json::Array(items)) => items,
        Some(_) => {
            sql.push(" AND false");
            return;
        }
    };
    if items.is_empty() {
        sql.push(" AND EXISTS (SELECT 1 FROM membership WHERE principal_id = u.id)");
    }
    for item in items {
        let Some(id) = id(&item) else {
            sql.push(" AND false");
            return;
        };
        member(sql, id);
    }
}

/// The user is in the organization. As a list of ids, so that those of a small organization are looked up one by one.
fn member(sql: &mut Sql, organization: i64) {
    let name: Name = sql.fresh();
    sql.push(" AND u.id IN (SELECT principal_id FROM membership ").name(name);
    sql.push(" WHERE kind = 'user' AND organization_id = ").bind(organization).push(")");
}

/// What an object says about organizations, and the rest of it; `None` when it is none, which no role scope equals.
fn parts(scope: &Operand) -> Option<(Option<Json>, Json)> {
    let Operand::Object(Json::Object(rest)) = scope else { return None };
    let mut rest = rest.clone();
    let organizations = rest.remove("org");
    Some((organizations, Json::Object(rest)))
}

/// An id as role scopes have it: a text, and just the one that is shown.
fn id(item: &Json) -> Option<i64> {
    let text = item.as_str()?;
    text.parse().ok().filter(|id: &i64| id.to_string() == text)
}
