//! A statement in the making, of which only constants of this workspace become text.

use std::fmt::Write as _;

use crate::store::value::Value;

/// A statement with its parameters. Its text is put together from constants, parameter marks and numbered names, so
/// nothing that a caller sends can become part of it.
#[derive(Debug, Clone, Default)]
pub struct Sql {
    text: String,
    params: Vec<Value>,
    names: usize,
}

impl Sql {
    /// A statement that begins so.
    pub fn new(start: &'static str) -> Self {
        Self { text: start.to_owned(), ..Self::default() }
    }

    /// Appends a constant.
    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a mark for a parameter of this value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.params.push(value.into());
        self.mark(self.params.len())
    }

    /// Appends the mark of a parameter that was bound before, counted from 1.
    pub fn mark(&mut self, position: usize) -> &mut Self {
        // Writing to a String cannot fail.
        let _ = write!(self.text, "?{position}");
        self
    }

    /// A name for a table of a subquery that nothing else in this statement has.
    pub fn fresh(&mut self) -> Name {
        self.names += 1;
        Name(self.names)
    }

    /// Appends such a name.
    pub fn name(&mut self, name: Name) -> &mut Self {
        let _ = write!(self.text, "t{}", name.0);
        self
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The parameters, in the order of their marks.
    pub fn params(&self) -> &[Value] {
        &self.params
    }
}

/// A name made by [`Sql::fresh`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name(usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_as_they_come() {
        let mut sql = Sql::new("SELECT ");
        sql.bind(1).push(", ").bind("x").push(", ").mark(1);
        let (first, second) = (sql.fresh(), sql.fresh());
        sql.push(" FROM ").name(first).push(", ").name(second);
        assert_eq!(sql.text(), "SELECT ?1, ?2, ?1 FROM t1, t2");
        assert_eq!(sql.params(), [Value::Integer(1), Value::Text("x".into())]);
    }
}
