//! Requests as they are sent over and over, and what their answers must be.

use anyhow::{Result, bail};
use iam_domain::crypto::secret::{Alphabet, random_text};
use iam_domain::rng::SystemRng;
use iam_tests::Response;
use iam_tests::client::encode;
use serde_json::Value;

/// Stands in a path or body for a text that is another one each time.
pub const UNIQUE: &str = "{{unique}}";

/// A text that never was before, to begin unique texts with: names in a database stay taken.
pub fn fresh_stem() -> String {
    format!("{}-", random_text(Alphabet::Hex, 12, &SystemRng))
}

/// A request, ready to be sent.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Method.
    pub method: &'static str,
    /// Path with query.
    pub path: String,
    /// Headers beside `Host` and `Content-Length`.
    pub headers: Vec<(String, String)>,
    /// Body; empty = none.
    pub body: String,
    /// What comes back if all is well.
    pub expected: Expected,
}

/// The right answer.
#[derive(Debug, Clone)]
pub struct Expected {
    /// Status.
    pub status: u16,
    /// A piece of the body that no error has.
    pub piece: &'static str,
    /// How often the piece is there; `None` = at least once.
    pub times: Option<usize>,
}

impl Prepared {
    /// A request without body that is answered by 200.
    pub fn get(path: impl Into<String>) -> Self {
        let expected = Expected { status: 200, piece: "", times: None };
        Self { method: "GET", path: path.into(), headers: Vec::new(), body: String::new(), expected }
    }

    /// One that sends JSON.
    pub fn json(method: &'static str, path: impl Into<String>, body: &Value) -> Self {
        let request = Self { method, body: body.to_string(), ..Self::get(path) };
        request.with("content-type", "application/json")
    }

    /// POST of a form.
    pub fn form(path: impl Into<String>, pairs: &[(&str, &str)]) -> Self {
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let request = Self { method: "POST", body: pairs.join("&"), ..Self::get(path) };
        request.with("content-type", "application/x-www-form-urlencoded")
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The same with `Authorization: Bearer <token>`.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.with("authorization", format!("Bearer {token}"))
    }

    /// The same, answered by `status` and a body that has `piece`.
    #[must_use]
    pub fn expecting(mut self, status: u16, piece: &'static str) -> Self {
        self.expected = Expected { status, piece, times: None };
        self
    }

    /// The same, answered by 200 and a list of `times` items, each of which has `piece` once.
    #[must_use]
    pub fn expecting_items(mut self, piece: &'static str, times: usize) -> Self {
        self.expected = Expected { status: 200, piece, times: Some(times) };
        self
    }

    /// The same with [`UNIQUE`] replaced.
    #[must_use]
    pub fn filled(&self, unique: &str) -> Self {
        let fill = |text: &str| text.replace(UNIQUE, unique);
        Self { path: fill(&self.path), body: fill(&self.body), ..self.clone() }
    }

    /// Whether an answer is the right one.
    ///
    /// # Errors
    /// What is wrong, with the start of the body.
    pub fn check(&self, answer: &Response) -> Result<()> {
        let Expected { status, piece, times } = self.expected;
        let found = if piece.is_empty() { 1 } else { answer.body.matches(piece).count() };
        if answer.status == status && times.map_or(found > 0, |times| found == times) {
            return Ok(());
        }
        let (body, path) = (answer.body.chars().take(300).collect::<String>(), &self.path);
        let wanted = times.map_or(String::new(), |times| format!(", {times} times and not {found}"));
        bail!("{} {path}: expected {status} with `{piece}`{wanted}; got {}: {body}", self.method, answer.status)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        Response { status, headers: BTreeMap::new(), cookies: Vec::new(), body: body.to_owned() }
    }

    #[test]
    fn an_answer_is_checked_by_status_and_piece() {
        let request = Prepared::get("/a").expecting(201, "\"id\"");
        assert!(request.check(&answer(201, "{\"id\":1}")).is_ok());
        assert!(request.check(&answer(200, "{\"id\":1}")).is_err());
        let text = request.check(&answer(201, "{}")).unwrap_err().to_string();
        assert!(text.contains("GET /a: expected 201") && text.contains("got 201: {}"), "{text}");
    }

    #[test]
    fn items_of_a_list_are_counted() {
        let request = Prepared::get("/a").expecting_items("x", 2);
        assert!(request.check(&answer(200, "xx")).is_ok());
        assert!(request.check(&answer(200, "xxx")).is_err());
    }

    #[test]
    fn unique_texts_are_filled_in() {
        let request = Prepared::form("/{{unique}}", &[]).filled("7");
        assert_eq!(request.path, "/7");
    }
}
