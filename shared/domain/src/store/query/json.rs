//! Whether a JSON column contains a value: as an object has all pairs of another one, and a list all items.

use serde_json::Value as Json;

use super::sql::{Name, Sql};
use crate::store::value::Value;

/// Appends the condition that the JSON text `column` contains `value`.
pub(in crate::store) fn contains(sql: &mut Sql, column: &'static str, value: &Json) {
    // A list around the column makes it a row of json_each like any other.
    let root = sql.fresh();
    sql.push("EXISTS (SELECT 1 FROM json_each(json_array(json(").push(column).push("))) ").name(root).push(" WHERE ");
    node(sql, root, value);
    sql.push(")");
}

/// The condition on one row of `json_each`.
fn node(sql: &mut Sql, row: Name, value: &Json) {
    match value {
        Json::Object(pairs) => {
            sql.name(row).push(".type = 'object'");
            for (key, value) in pairs {
                within(sql, row, Some(key), value);
            }
        }
        Json::Array(items) => {
            sql.name(row).push(".type = 'array'");
            for item in items {
                within(sql, row, None, item);
            }
        }
        Json::Null => {
            sql.name(row).push(".type = 'null'");
        }
        Json::Bool(value) => {
            sql.name(row).push(if *value { ".type = 'true'" } else { ".type = 'false'" });
        }
        Json::Number(number) => {
            let value =
                number.as_i64().map_or_else(|| Value::Real(number.as_f64().unwrap_or_default()), Value::Integer);
            sql.name(row).push(".type IN ('integer', 'real') AND ").name(row).push(".atom = ").bind(value);
        }
        Json::String(text) => {
            sql.name(row).push(".type = 'text' AND ").name(row).push(".atom = ").bind(text.as_str());
        }
    }
}

/// The condition that something in `row`, under `key` if there is one, is `value`.
fn within(sql: &mut Sql, row: Name, key: Option<&str>, value: &Json) {
    let inner = sql.fresh();
    // What is neither list nor object has nothing in it, and may not even be JSON on its own.
    sql.push(" AND EXISTS (SELECT 1 FROM json_each(CASE WHEN ").name(row).push(".type IN ('array', 'object') THEN ");
    sql.name(row).push(".value ELSE '[]' END) ").name(inner).push(" WHERE ");
    if let Some(key) = key {
        sql.name(inner).push(".key = ").bind(key).push(" AND ");
    }
    node(sql, inner, value);
    sql.push(")");
}
