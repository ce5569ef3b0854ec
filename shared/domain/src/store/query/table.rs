//! What a resource can be asked: filters and sort keys, declared beside its SQL.

use serde_json::Value as Json;

use super::sql::Sql;
use crate::clock::Millis;

/// A resource that can be listed.
#[derive(Debug)]
pub struct Table {
    /// As callers name it before a dot.
    pub name: &'static str,
    /// Its rows, under the name that filters and sort keys use, in order to find the ids of a page.
    pub from: &'static str,
    /// The same with the tables that only some filters and sort keys need.
    pub from_joined: &'static str,
    /// The id: unique, and the last sort key of every list.
    pub id: &'static str,
    /// The joined table on its own, if it has a row for each: for what asks about nothing else.
    pub alone: Option<Alone>,
    /// What it can be filtered by.
    pub filters: &'static [Filter],
    /// What it can be sorted by.
    pub sorts: &'static [Sort],
}

/// Where a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// In [`Table::from`].
    Own,
    /// In the table that is joined to it.
    Joined,
    /// There, in the order of an index.
    Indexed,
}

/// A joined table that can do without the other.
#[derive(Debug, Clone, Copy)]
pub struct Alone {
    /// Its rows.
    pub from: &'static str,
    /// The condition that picks those that belong to the resource. Its indexes begin with it; where none of them helps,
    /// it must not be there, as it would be taken for one that few rows meet.
    pub condition: &'static str,
    /// The id there.
    pub id: &'static str,
}

/// One thing to filter by.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    /// As callers name it.
    pub key: &'static str,
    /// What is asked of the column.
    pub test: Test,
    /// What values must be.
    pub kind: Kind,
    /// The column.
    pub sql: &'static str,
    /// The same in lower case, for texts: indexed, and what is searched.
    pub lower: Option<&'static str>,
    /// Where it is.
    pub side: Side,
}

impl Filter {
    /// Equality, membership of a list, or absence.
    pub const fn equal(key: &'static str, kind: Kind, sql: &'static str) -> Self {
        Self { key, test: Test::Equal, kind, sql, lower: None, side: Side::Own }
    }

    /// What `append` appends as a condition.
    pub const fn with(key: &'static str, kind: Kind, append: fn(&mut Sql, &Operand)) -> Self {
        Self { key, test: Test::With(append), kind, sql: "", lower: None, side: Side::Own }
    }

    /// Another test.
    #[must_use]
    pub const fn test(mut self, key: &'static str, test: Test) -> Self {
        self.key = key;
        self.test = test;
        self
    }

    /// With the column that has the text in lower case.
    #[must_use]
    pub const fn lower(mut self, sql: &'static str) -> Self {
        self.lower = Some(sql);
        self
    }

    /// Of a column that is not in [`Table::from`].
    #[must_use]
    pub const fn joined(mut self) -> Self {
        self.side = Side::Joined;
        self
    }

    /// Of a column that is not in [`Table::from`], and has an index there.
    #[must_use]
    pub const fn indexed(mut self) -> Self {
        self.side = Side::Indexed;
        self
    }
}

/// What is asked of a column.
#[derive(Debug, Clone, Copy)]
pub enum Test {
    /// Equal to the value, one of the values, or absent.
    Equal,
    /// Has the text in it, whatever the case.
    Match,
    /// One of the values.
    In,
    /// None of the values; an absent one is neither.
    NotIn,
    /// The value or more.
    AtLeast,
    /// The value or less.
    AtMost,
    /// What this appends as a condition on a value: not everything is a column.
    With(fn(&mut Sql, &Operand)),
}

/// What the values of a filter must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number.
    Integer,
    /// Any text.
    Text,
    /// True or false.
    Boolean,
    /// A moment.
    Time,
    /// A JSON object.
    Object,
}

/// A value that a column is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// Absence.
    Null,
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// True or false.
    Boolean(bool),
    /// A moment as exact as it was given: the first and the last millisecond of it.
    Time(Millis, Millis),
    /// A JSON object.
    Object(Json),
}

/// One thing to sort by.
#[derive(Debug, Clone, Copy)]
pub struct Sort {
    /// As callers name it.
    pub key: &'static str,
    /// The column.
    pub sql: &'static str,
    /// Where it is.
    pub side: Side,
    /// Whether it may be absent.
    pub nullable: bool,
}

impl Sort {
    /// By a column of [`Table::from`] that is never absent.
    pub const fn by(key: &'static str, sql: &'static str) -> Self {
        Self { key, sql, side: Side::Own, nullable: false }
    }

    /// Of a column that is not in [`Table::from`].
    #[must_use]
    pub const fn joined(mut self) -> Self {
        self.side = Side::Joined;
        self
    }

    /// Of a column that is not in [`Table::from`], and has an index there.
    #[must_use]
    pub const fn indexed(mut self) -> Self {
        self.side = Side::Indexed;
        self
    }

    /// Of a column that may be absent.
    #[must_use]
    pub const fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }
}
