//! What a list is asked for: page, order, count, filters, included resources, sparse fields.

use iam_domain::error::{Error, Fault, FaultCode, Faults, Result};
use iam_domain::store::paging::Window;
use iam_domain::store::query::{Selection, Sort, Table};

use super::attributes::yes_or_no;
use super::faults::fault;
use super::filters;
use super::params::{Param, Params};
use crate::http::request::Request;

/// Rows of a page, if it is not said, and at most.
const PAGE_SIZE: i64 = 1000;

/// What lists of a resource offer.
#[derive(Debug, Clone, Copy)]
pub struct ListShape {
    /// Filters and sort keys.
    pub table: &'static Table,
    /// Relationships whose resources can come along.
    pub includable: &'static [&'static str],
}

/// What a list was asked for.
#[derive(Debug, Clone)]
pub struct ListRequest {
    /// Which rows.
    pub selection: Selection,
    /// Relationships whose resources are to come along.
    pub included: Vec<String>,
    /// Attributes that are wanted.
    pub fields: FieldSets,
}

/// Attributes that are wanted, by resource type, those of each in the order of the alphabet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldSets(Vec<(String, Vec<String>)>);

impl FieldSets {
    /// Those of a type; `None` = all.
    pub fn of(&self, kind: &str) -> Option<&[String]> {
        self.0.iter().find(|(known, _)| known == kind).map(|(_, names)| names.as_slice())
    }
}

/// Reads the query of a list.
///
/// # Errors
/// `Invalid`: one fault a parameter. What is not declared is ignored.
pub fn list_request(request: &Request, shape: ListShape) -> Result<ListRequest> {
    let params = params(request)?;
    let mut found = Faults::default();
    let window = window(params.get("page"), &mut found);
    let order = params.get("sort").map_or_else(Vec::new, |sort| order(sort, shape.table, &mut found));
    let count = params.get("count").is_some_and(|count| flag(count, &mut found));
    let conditions =
        params.get("filter").map_or_else(Vec::new, |filter| filters::conditions(filter, shape.table, &mut found));
    let included = match shape.includable {
        [] => Vec::new(),
        known => params.get("included").map_or_else(Vec::new, |names| included(names, known, &mut found)),
    };
    let fields = params.get("fields").map_or_else(FieldSets::default, |fields| field_sets(fields, &mut found));
    found.check()?;
    Ok(ListRequest { selection: Selection { conditions, order, window, count }, included, fields })
}

/// Reads the query of a single resource: its sparse fields. Nothing can be included.
///
/// # Errors
/// `Invalid`.
pub fn show_request(request: &Request) -> Result<FieldSets> {
    let params = params(request)?;
    let mut found = Faults::default();
    included_on_show(&params, &mut found);
    let fields = params.get("fields").map_or_else(FieldSets::default, |fields| field_sets(fields, &mut found));
    found.check().map(|()| fields)
}

/// A fault for anything to be included with a resource that has nothing to include.
fn included_on_show(params: &Params, found: &mut Faults) {
    let is_empty = |param: &Param| matches!(param, Param::List(items) if items.is_empty()) || *param == Param::Bare;
    if params.get("included").is_some_and(|param| !is_empty(param)) {
        found.push(fault(&["included"], "included unauthorized"));
    }
}

/// The query.
///
/// # Errors
/// `Invalid` (`Syntax`) when it is not UTF-8.
pub(super) fn params(request: &Request) -> Result<Params> {
    Params::parse(request.query()).ok_or_else(|| {
        let message = "The query is not UTF-8.".into();
        Error::invalid(vec![Fault { path: Vec::new(), code: FaultCode::Syntax, message }])
    })
}

fn window(page: Option<&Param>, found: &mut Faults) -> Window {
    let first = Window::new(0, PAGE_SIZE);
    let Some(page) = page else { return first };
    if !matches!(page, Param::Map(_)) {
        found.push(fault(&["page"], "must be a hash"));
        return first;
    }
    let mut number = |key: &str, default: i64| match page.get(key) {
        None => default,
        Some(Param::Text(text)) if text.trim().parse::<i64>().is_ok() => text.trim().parse().unwrap_or(default),
        Some(_) => {
            found.push(fault(&["page", key], "must be an integer"));
            default
        }
    };
    let (position, size) = (number("number", 1), number("size", PAGE_SIZE));
    if position < 1 {
        found.push(fault(&["page", "number"], "must be positive"));
    }
    if !(1..=PAGE_SIZE).contains(&size) {
        found.push(fault(&["page", "size"], "must be between 1 and 1000"));
    }
    Window::new(position.saturating_sub(1).saturating_mul(size), size)
}

/// `name,-other`: a minus for descending, the table's name and a dot before the key or not. Of a key that comes again the
/// first counts.
fn order(sort: &Param, table: &'static Table, found: &mut Faults) -> Vec<(&'static Sort, bool)> {
    let text = match sort {
        Param::Text(text) => text.as_str(),
        Param::Bare => "",
        Param::List(_) | Param::Map(_) => {
            found.push(fault(&["sort"], "must be a string"));
            return Vec::new();
        }
    };
    let mut order: Vec<(&'static Sort, bool)> = Vec::new();
    for key in text.split(',').map(str::trim).filter(|key| !key.is_empty()) {
        let (is_descending, key) = key.strip_prefix('-').map_or((false, key), |key| (true, key));
        let own = key.split_once('.').filter(|(name, _)| *name == table.name).map(|(_, column)| column);
        let key = own.unwrap_or(key);
        match table.sorts.iter().find(|sort| sort.key == key) {
            Some(sort) if order.iter().all(|(known, _)| known.key != key) => order.push((sort, is_descending)),
            Some(_) => {}
            None => {
                found.push(fault(&["sort"], "must be one of the attributes that can be sorted by"));
                return Vec::new();
            }
        }
    }
    order
}

fn flag(param: &Param, found: &mut Faults) -> bool {
    let flag = match param {
        Param::Text(text) => yes_or_no(text),
        Param::Bare | Param::List(_) | Param::Map(_) => None,
    };
    flag.unwrap_or_else(|| {
        found.push(fault(&["count"], "must be a boolean"));
        false
    })
}

fn included(param: &Param, known: &[&str], found: &mut Faults) -> Vec<String> {
    let Some(names) = texts(param) else {
        found.push(fault(&["included"], "must be an array"));
        return Vec::new();
    };
    if names.iter().any(|name| !known.contains(&name.as_str())) {
        let list: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        found.push(fault(&["included"], format!("must be one of {}", list.join(", "))));
    }
    names
}

fn field_sets(param: &Param, found: &mut Faults) -> FieldSets {
    let Param::Map(entries) = param else {
        found.push(fault(&["fields"], "must be a hash"));
        return FieldSets::default();
    };
    let mut sets = Vec::new();
    for (kind, names) in entries {
        match texts(names) {
            Some(mut names) => {
                // Every attribute of every row is looked up in it.
                names.sort_unstable();
                sets.push((kind.clone(), names));
            }
            None => found.push(fault(&["fields", kind], "must be an array")),
        }
    }
    FieldSets(sets)
}

/// A list of texts, or one text with commas; `None` for anything else.
pub(super) fn texts(param: &Param) -> Option<Vec<String>> {
    match param {
        Param::Bare => Some(Vec::new()),
        Param::Text(text) => {
            Some(text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect())
        }
        Param::List(items) => items.iter().filter(|item| **item != Param::Bare).map(single).collect(),
        Param::Map(_) => None,
    }
}

fn single(param: &Param) -> Option<String> {
    match param {
        Param::Text(text) => Some(text.clone()),
        Param::Bare | Param::List(_) | Param::Map(_) => None,
    }
}
