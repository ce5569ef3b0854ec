//! Filters: from the texts of a query to typed conditions on declared columns.

use iam_domain::error::Faults;
use iam_domain::store::query::{Condition, Filter, Kind, Operand, Table, Test};
use serde_json::{Map, Value};

use super::faults::fault;
use super::moment::{Moment, moment};
use super::params::Param;

/// Most values in the JSON objects to compare with, all together, and how deep they may be: each becomes a part of the
/// statement. The same goes for lists of moments, and of what is no column.
const MAX_NODES: usize = 64;
const MAX_DEPTH: usize = 6;

/// The conditions of `filter[…]`, in the order in which the table declares them. Keys that it does not are ignored.
pub(super) fn conditions(param: &Param, table: &'static Table, found: &mut Faults) -> Vec<Condition> {
    if !matches!(param, Param::Map(_)) {
        found.push(fault(&["filter"], "must be a hash"));
        return Vec::new();
    }
    let mut conditions = Vec::new();
    for filter in table.filters {
        let Some(value) = param.get(filter.key) else { continue };
        match operands(filter, value) {
            Ok(operands) => conditions.push(Condition { filter, operands }),
            Err(message) => found.push(fault(&["filter", filter.key], message)),
        }
    }
    conditions
}

fn operands(filter: &Filter, value: &Param) -> Result<Vec<Operand>, &'static str> {
    match (filter.test, value) {
        (Test::Equal | Test::With(_), Param::Bare) => Ok(vec![Operand::Null]),
        (_, Param::Bare) => one(filter.kind, ""),
        (Test::In | Test::NotIn, Param::Text(list)) => {
            list.split(',').map(|text| operand(filter.kind, text.trim())).collect()
        }
        (_, Param::Text(text)) => one(filter.kind, text),
        (Test::Equal | Test::With(_) | Test::In | Test::NotIn, Param::List(items)) => {
            let is_spelt_out = matches!(filter.test, Test::With(_)) || filter.kind == Kind::Time;
            let operands: Vec<Operand> = items.iter().map(|item| item_of(filter, item)).collect::<Result<_, _>>()?;
            if is_spelt_out && operands.iter().map(nodes).sum::<usize>() > MAX_NODES {
                return Err("must be an array of at most 64 values");
            }
            Ok(operands)
        }
        (Test::With(_), Param::Map(_)) if filter.kind == Kind::Object => Ok(vec![Operand::Object(object(value)?)]),
        (Test::Match | Test::AtLeast | Test::AtMost, Param::List(_)) | (_, Param::Map(_)) => Err(wanted(filter.kind)),
    }
}

fn item_of(filter: &Filter, item: &Param) -> Result<Operand, &'static str> {
    match (filter.test, item) {
        (Test::Equal | Test::With(_), Param::Bare) => Ok(Operand::Null),
        (_, Param::Bare) => operand(filter.kind, ""),
        (_, Param::Text(text)) => operand(filter.kind, text),
        (_, Param::Map(_)) if filter.kind == Kind::Object => object(item).map(Operand::Object),
        (_, Param::List(_) | Param::Map(_)) => Err(wanted(filter.kind)),
    }
}

fn one(kind: Kind, text: &str) -> Result<Vec<Operand>, &'static str> {
    operand(kind, text).map(|operand| vec![operand])
}

/// What is wrong when a value is not of this kind.
fn wanted(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer => "must be an integer",
        Kind::Text => "must be a string",
        Kind::Boolean => "must be a boolean",
        Kind::Time => "must be a datetime",
        Kind::Object => "must be a hash",
    }
}

fn operand(kind: Kind, text: &str) -> Result<Operand, &'static str> {
    let operand = match kind {
        Kind::Integer => text.trim().parse().ok().map(Operand::Integer),
        Kind::Text => Some(Operand::Text(text.to_owned())),
        Kind::Boolean => match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "1" => Some(Operand::Boolean(true)),
            "false" | "f" | "0" => Some(Operand::Boolean(false)),
            _ => None,
        },
        Kind::Time => moment(text).map(|Moment { from, to }| Operand::Time(from, to)),
        Kind::Object => match serde_json::from_str(text) {
            Ok(value @ Value::Object(_)) if size(&value, 0).is_some_and(|nodes| nodes <= MAX_NODES) => {
                Some(Operand::Object(value))
            }
            _ => None,
        },
    };
    operand.ok_or(wanted(kind))
}

/// Nested parameters as a JSON object: all values are texts.
fn object(param: &Param) -> Result<Value, &'static str> {
    let value = json(param);
    match size(&value, 0) {
        Some(nodes) if nodes <= MAX_NODES => Ok(value),
        _ => Err("must be a hash of at most 64 values"),
    }
}

fn json(param: &Param) -> Value {
    match param {
        Param::Bare => Value::Null,
        Param::Text(text) => text.as_str().into(),
        Param::List(items) => items.iter().map(json).collect(),
        Param::Map(entries) => {
            entries.iter().map(|(key, value)| (key.clone(), json(value))).collect::<Map<_, _>>().into()
        }
    }
}

/// How many values an operand has that are spelt out.
fn nodes(operand: &Operand) -> usize {
    match operand {
        Operand::Object(value) => size(value, 0).unwrap_or(MAX_NODES + 1),
        Operand::Null | Operand::Integer(_) | Operand::Text(_) | Operand::Boolean(_) | Operand::Time(..) => 1,
    }
}

/// Values in a JSON value, itself included; `None` when it is too deep.
fn size(value: &Value, depth: usize) -> Option<usize> {
    let within = |values: &mut dyn Iterator<Item = &Value>| {
        values.map(|value| size(value, depth + 1)).sum::<Option<usize>>().map(|nodes| nodes + 1)
    };
    match value {
        _ if depth > MAX_DEPTH => None,
        Value::Array(items) => within(&mut items.iter()),
        Value::Object(entries) => within(&mut entries.values()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Some(1),
    }
}
