//! Accounts that a test knows wholly, and lists of just these.

use iam_domain::params;
use iam_domain::store::Value;
use iam_tests::client::encode;
use iam_tests::{Client, Response, Seed, Server};

use crate::wire::idah::{account, caller, faults, ids};

/// Accounts in the order of their ids, seen by an administrator.
pub struct Rows {
    pub seed: Seed,
    pub client: Client,
    pub ids: Vec<i64>,
}

impl Rows {
    /// As many new accounts of the role `user`.
    pub fn new(server: &Server, number: usize) -> Self {
        let mut ids: Vec<i64> = (0..number).map(|_| account(server, Some("user"), &[]).0).collect();
        ids.sort_unstable();
        Self { seed: server.seed(), client: caller(server, "admin", &[]).client, ids }
    }

    /// Sets a column of the person, by position.
    pub fn set(&self, row: usize, column: &str, value: impl Into<Value>) {
        self.seed.set_user(self.ids[row], column, value);
    }

    /// The names, and what searches read.
    pub fn names(&self, names: &[Option<&str>]) {
        for (row, name) in names.iter().enumerate() {
            self.set(row, "display_name", *name);
            self.set(row, "name_key", name.unwrap_or_default().to_lowercase());
        }
    }

    /// The address of one.
    pub fn email(&self, row: usize, email: Option<&str>) {
        self.set(row, "email", email);
        self.set(row, "email_key", email.map(str::to_lowercase));
    }

    /// Values of a nullable column of the person, one a row.
    pub fn column<T: Into<Value> + Copy>(&self, column: &str, values: &[Option<T>]) {
        for (row, value) in values.iter().enumerate() {
            self.set(row, column, value.map_or(Value::Null, Into::into));
        }
    }

    /// Values of a column that people share with machines, one a row.
    pub fn principals<T: Into<Value> + Copy>(&self, column: &str, values: &[T]) {
        for (id, value) in self.ids.iter().zip(values) {
            let sql = format!("UPDATE principal SET {column} = ?2 WHERE id = ?1");
            self.seed.run(&sql, params![*id, (*value).into()]);
        }
    }

    /// A list of these rows, with more in the query.
    pub fn get(&self, query: &str) -> Response {
        let known: Vec<String> = self.ids.iter().map(|id| format!("filter[id__in][]={id}")).collect();
        self.client.get(&format!("/accounts?{}&{query}", known.join("&")))
    }

    /// The positions of the rows in the list, in its order.
    #[track_caller]
    pub fn list(&self, query: &str) -> Vec<usize> {
        let place = |id: &i64| self.ids.iter().position(|known| known == id).unwrap_or_else(|| panic!("{id}: {query}"));
        ids(&self.get(query)).iter().map(place).collect()
    }

    /// The one fault that a query has.
    #[track_caller]
    pub fn fault(&self, query: &str) -> (String, String) {
        let found = faults(&self.get(query));
        assert_eq!(found.len(), 1, "{query}: {found:?}");
        found[0].clone()
    }

    /// Asserts that the value of a filter is refused, at its place.
    #[track_caller]
    pub fn refuses(&self, key: &str, value: &str, detail: &str) {
        let query = format!("filter[{key}]={}", encode(value));
        assert_eq!(self.fault(&query), (format!("/filter/{key}"), detail.to_owned()), "{query}");
    }

    /// Asserts which rows a filter of one value finds.
    #[track_caller]
    pub fn finds(&self, key: &str, value: &str, wanted: &[usize]) {
        assert_eq!(self.list(&format!("filter[{key}]={}", encode(value))), wanted, "{key} {value}");
    }

    /// Asserts which rows a filter of a list finds.
    #[track_caller]
    pub fn finds_any(&self, key: &str, values: &[&str], wanted: &[usize]) {
        let query: Vec<String> = values.iter().map(|value| format!("filter[{key}][]={}", encode(value))).collect();
        assert_eq!(self.list(&query.join("&")), wanted, "{key} {values:?}");
    }
}
