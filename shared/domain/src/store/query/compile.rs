//! From a selection to SQL.

use serde_json::Value as Json;

use super::sql::Sql;
use super::table::{Alone, Filter, Operand, Side, Sort, Table, Test};
use crate::store::db::DbError;
use crate::store::paging::Window;
use crate::store::value::{Row, Value};

/// Most rows that are counted behind the beginning of a page.
const MOST_COUNTED: i64 = 1000;

/// Appends the condition that limits the rows to those the caller may see; `None` = all.
type Scope<'s> = Option<&'s dyn Fn(&mut Sql)>;

/// One condition on the rows.
#[derive(Debug, Clone)]
pub struct Condition {
    /// What is asked.
    pub filter: &'static Filter,
    /// Of which values: one or more.
    pub operands: Vec<Operand>,
}

/// Which rows of a table, in which order.
#[derive(Debug, Clone)]
pub struct Selection {
    /// All of them hold.
    pub conditions: Vec<Condition>,
    /// Sort keys, the most important first; `true` = descending. Absent values come last ascending, first descending.
    pub order: Vec<(&'static Sort, bool)>,
    /// The page.
    pub window: Window,
    /// Whether to count.
    pub count: bool,
}

/// How many rows there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Rows up to the end of those that were counted.
    pub count: i64,
    /// Whether counting was stopped: there may be more.
    pub more: bool,
}

/// A page, and the count if it was asked for.
#[derive(Debug, Clone)]
pub struct Selected<T> {
    /// Rows.
    pub items: Vec<T>,
    /// How many there are.
    pub counted: Option<Counted>,
}

impl Selection {
    /// The statement that reads the page: the count or NULL in the first column of every row, then `columns`, which begin
    /// with the id, of `details`, a join from `page`, which has the ids of the page. `scope` appends the condition that
    /// limits the rows to those the caller may see; it holds for rows and count.
    pub(in crate::store) fn statement(
        &self,
        table: &Table,
        scope: impl Fn(&mut Sql),
        columns: &'static str,
        details: &'static str,
    ) -> Sql {
        self.compile(table, Some(&scope), columns, details)
    }

    /// As [`Selection::statement`], for a caller who may see all rows.
    pub(in crate::store) fn statement_of_all(
        &self,
        table: &Table,
        columns: &'static str,
        details: &'static str,
    ) -> Sql {
        self.compile(table, None, columns, details)
    }

    fn compile(&self, table: &Table, scope: Scope<'_>, columns: &'static str, details: &'static str) -> Sql {
        let mut sql = Sql::new("SELECT t.counted, ");
        sql.push(columns).push(" FROM (SELECT ");
        if self.count {
            sql.push("(SELECT count(*) FROM (SELECT 1 FROM ");
            self.rows(&mut sql, &self.source(table, scope, false), scope);
            sql.push(" LIMIT ").bind(MOST_COUNTED).push(" OFFSET ").bind(self.window.offset).push("))");
        } else {
            sql.push("NULL");
        }
        let source = self.source(table, scope, true);
        sql.push(" AS counted) t LEFT JOIN (SELECT ").push(source.id).push(" AS id FROM ");
        self.rows(&mut sql, &source, scope);
        self.order(&mut sql, source.id);
        sql.push(" LIMIT ").bind(self.window.limit).push(" OFFSET ").bind(self.window.offset);
        sql.push(") page ON true ").push(details);
        self.order(&mut sql, table.id);
        sql
    }

    /// Reads what [`Selection::statement`] gives; `item` reads the columns behind the first.
    pub(in crate::store) fn read<T>(
        &self,
        rows: &[Row],
        item: impl Fn(&Row) -> Result<T, DbError>,
    ) -> Result<Selected<T>, DbError> {
        let first = rows.first().ok_or(DbError::Shape { column: 0, wanted: "a row with the count" })?;
        let counted = first
            .integer_opt(0)?
            .map(|rows| Counted { count: self.window.offset.saturating_add(rows), more: rows >= MOST_COUNTED });
        let present = rows.iter().filter(|row| !matches!(row.integer_opt(1), Ok(None)));
        Ok(Selected { items: present.map(item).collect::<Result<_, _>>()?, counted })
    }

    /// The fewest tables that have all that is asked.
    fn source(&self, table: &Table, scope: Scope<'_>, is_sorted: bool) -> Alone {
        let filters = self.conditions.iter().map(|condition| condition.filter.side);
        let sorts = self.order.iter().filter(|_| is_sorted).map(|(sort, _)| sort.side);
        let sides: Vec<Side> = filters.chain(sorts).collect();
        let is_joined = sides.iter().any(|side| *side != Side::Own);
        let from = if is_joined { table.from_joined } else { table.from };
        match table.alone.filter(|_| sides.contains(&Side::Indexed)) {
            Some(alone) if scope.is_none() && !sides.contains(&Side::Own) => alone,
            Some(alone) => Alone { from, id: table.id, ..alone },
            None => Alone { from, condition: "true", id: table.id },
        }
    }

    fn rows(&self, sql: &mut Sql, source: &Alone, scope: Scope<'_>) {
        sql.push(source.from).push(" WHERE ").push(source.condition);
        if let Some(scope) = scope {
            sql.push(" AND ");
            scope(sql);
        }
        for condition in &self.conditions {
            sql.push(" AND ");
            condition.append(sql);
        }
    }

    /// `ORDER BY`: SQLite takes an absent value for the least, here it is the greatest.
    fn order(&self, sql: &mut Sql, id: &'static str) {
        sql.push(" ORDER BY ");
        for (sort, is_descending) in &self.order {
            sql.push(sort.sql).push(match (is_descending, sort.nullable) {
                (true, true) => " DESC NULLS FIRST, ",
                (true, false) => " DESC, ",
                (false, true) => " NULLS LAST, ",
                (false, false) => ", ",
            });
        }
        sql.push(id);
    }
}

impl Condition {
    fn append(&self, sql: &mut Sql) {
        let Filter { test, sql: column, lower, .. } = *self.filter;
        sql.push("(");
        match (test, self.operands.as_slice()) {
            (Test::With(append), operands) => {
                for (position, operand) in operands.iter().enumerate() {
                    sql.push(if position > 0 { " OR " } else { "" });
                    append(sql, operand);
                }
            }
            (Test::Match, operands) => {
                let text = operands.first().and_then(text).unwrap_or_default();
                if text.is_empty() {
                    // In every text, but not in what is absent, which the lower-case column may have as an empty one.
                    sql.push(column).push(" IS NOT NULL");
                } else {
                    sql.push("instr(").push(lower.unwrap_or(column)).push(", ").bind(text.to_lowercase()).push(") > 0");
                }
            }
            (Test::AtLeast, [Operand::Time(from, _), ..]) => {
                sql.push(column).push(" >= ").bind(*from);
            }
            (Test::AtMost, [Operand::Time(_, to), ..]) => {
                sql.push(column).push(" <= ").bind(*to);
            }
            (Test::NotIn, operands) => {
                list(sql, column, " NOT IN ", operands, false);
            }
            (Test::Equal | Test::In | Test::AtLeast | Test::AtMost, operands) => equal(sql, column, lower, operands),
        }
        sql.push(")");
    }
}

/// The column is one of the values, or absent if that is one of them.
fn equal(sql: &mut Sql, column: &'static str, lower: Option<&'static str>, operands: &[Operand]) {
    let is_null = |operand: &Operand| *operand == Operand::Null;
    if operands.iter().any(is_null) {
        sql.push(column).push(" IS NULL OR ");
    }
    if let [Operand::Time(..), ..] = operands {
        for operand in operands {
            if let Operand::Time(from, to) = operand {
                sql.push(column).push(" BETWEEN ").bind(*from).push(" AND ").bind(*to).push(" OR ");
            }
        }
        sql.push("false");
        return;
    }
    // The unique lower-case form finds the few rows, the other one decides.
    if let Some(lower) = lower {
        list(sql, lower, " IN ", operands, true);
        sql.push(" AND ");
    }
    list(sql, column, " IN ", operands, false);
}

/// `column IN (…)`: a single value as itself, which indexes serve best, more of them as one JSON list.
fn list(sql: &mut Sql, column: &'static str, within: &'static str, operands: &[Operand], is_lower: bool) {
    let values: Vec<Value> = operands.iter().filter_map(|operand| value(operand, is_lower)).collect();
    sql.push(column).push(within);
    if let [value] = values.as_slice() {
        sql.push("(").bind(value.clone()).push(")");
        return;
    }
    let items = values.iter().map(|value| match value {
        Value::Integer(number) => Json::from(*number),
        Value::Text(text) => Json::from(text.as_str()),
        Value::Null | Value::Real(_) | Value::Blob(_) => Json::Null,
    });
    let items = Json::from(items.collect::<Vec<_>>()).to_string();
    sql.push("(SELECT value FROM json_each(").bind(items).push("))");
}

fn value(operand: &Operand, is_lower: bool) -> Option<Value> {
    match operand {
        Operand::Integer(number) => Some(Value::Integer(*number)),
        Operand::Text(text) if is_lower => Some(Value::Text(text.to_lowercase())),
        Operand::Text(text) => Some(Value::Text(text.clone())),
        Operand::Boolean(flag) => Some(Value::from(*flag)),
        Operand::Null | Operand::Time(..) | Operand::Object(_) => None,
    }
}

fn text(operand: &Operand) -> Option<&str> {
    match operand {
        Operand::Text(text) => Some(text),
        _ => None,
    }
}
