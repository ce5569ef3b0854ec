//! What lists of API keys can be filtered and sorted by.

use serde_json::Value as Json;

use crate::store::query::json::contains;
use crate::store::query::{Filter, Kind, Operand, Sort, Sql, Table, Test};

/// Keys: `c` credential. Parameter 1 is now: every condition on the rows begins with it (`api_keys::append`).
pub static API_KEYS: Table = Table {
    name: "api_keys",
    from: "credential c",
    from_joined: "credential c",
    id: "c.id",
    alone: None,
    filters: &[
        ID,
        ID.test("id__in", Test::In),
        Filter::equal("account_id", Kind::Integer, "c.principal_id"),
        NAME,
        NAME.lower("c.name_key").test("name__match", Test::Match),
        Filter::equal("key_label", Kind::Text, "c.label"),
        Filter::with("permissions", Kind::Text, has_permission),
        SCOPE,
        SCOPE.test("scope_type__in", Test::In),
        Filter::with("scope_value", Kind::Text, has_value),
        EXPIRY,
        EXPIRY.test("expires_at__gte", Test::AtLeast),
        EXPIRY.test("expires_at__lte", Test::AtMost),
        Filter::equal("revoked_at", Kind::Time, "c.revoked_at"),
        Filter::equal("last_used_at", Kind::Time, "c.last_used_at"),
        STATE,
        STATE.test("status__in", Test::In),
        Filter::equal("created_at", Kind::Time, "c.created_at"),
        Filter::equal("updated_at", Kind::Time, "c.updated_at"),
    ],
    sorts: &[
        Sort::by("id", "c.id"),
        Sort::by("account_id", "c.principal_id"),
        Sort::by("name", "c.name").nullable(),
        Sort::by("key_label", "c.label"),
        Sort::by("scope_type", "c.scope_type"),
        Sort::by("expires_at", "c.expires_at").nullable(),
        Sort::by("revoked_at", "c.revoked_at").nullable(),
        Sort::by("last_used_at", "c.last_used_at").nullable(),
        Sort::by("status", STATUS),
        Sort::by("created_at", "c.created_at"),
        Sort::by("updated_at", "c.updated_at"),
    ],
};

/// `ApiKey::status` in SQL.
const STATUS: &str = "CASE WHEN c.revoked_at IS NOT NULL THEN 'revoked' WHEN c.expires_at <= ?1 THEN 'expired' \
    ELSE 'active' END";

const ID: Filter = Filter::equal("id", Kind::Integer, "c.id");
const NAME: Filter = Filter::equal("name", Kind::Text, "c.name");
const SCOPE: Filter = Filter::equal("scope_type", Kind::Text, "c.scope_type");
const EXPIRY: Filter = Filter::equal("expires_at", Kind::Time, "c.expires_at");
const STATE: Filter = Filter::equal("status", Kind::Text, STATUS);

fn has_permission(sql: &mut Sql, name: &Operand) {
    has(sql, "c.permissions", name);
}

fn has_value(sql: &mut Sql, id: &Operand) {
    has(sql, "c.scope_value", id);
}

/// The list in `column` has this text in it. It is never absent.
fn has(sql: &mut Sql, column: &'static str, text: &Operand) {
    match text {
        Operand::Text(text) => contains(sql, column, &Json::from(vec![text.as_str()])),
        _ => {
            sql.push("false");
        }
    }
}
