//! Pagination: `page` and `page_size`, answered by `Total-Number` and `Link` (contract, "Pagination").

use http::StatusCode;
use http::header::{HeaderName, LINK};
use iam_domain::error::{Error, Result};
use iam_domain::store::paging::{Page, Window};
use serde::Serialize;

use super::inputs;
use crate::http::form::{Form, decode};
use crate::http::reply::Reply;
use crate::pipeline::Call;

const TOTAL_NUMBER: HeaderName = HeaderName::from_static("total-number");

/// Rows on a page when the caller does not say.
const DEFAULT_SIZE: i64 = 20;
/// Most rows on a page.
const MAX_SIZE: i64 = 100;

/// The page that a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pages {
    /// From 1; `None`: everything at once, without headers.
    wanted: Option<(i64, i64)>,
}

impl Pages {
    /// Of a list that always comes in pages.
    ///
    /// # Errors
    /// `WrongState` (`bad_pagination`).
    pub fn mandatory(call: &Call<'_>) -> Result<Self> {
        let (page, size) = Self::read(&inputs::query(call)?)?;
        Ok(Self { wanted: Some((page.unwrap_or(1), size.unwrap_or(DEFAULT_SIZE))) })
    }

    /// Of a list that comes whole unless pages are asked for.
    ///
    /// # Errors
    /// As [`Pages::mandatory`].
    pub fn optional(call: &Call<'_>) -> Result<Self> {
        let wanted = match Self::read(&inputs::query(call)?)? {
            (None, None) => None,
            (page, size) => Some((page.unwrap_or(1), size.unwrap_or(DEFAULT_SIZE))),
        };
        Ok(Self { wanted })
    }

    fn read(query: &Form) -> Result<(Option<i64>, Option<i64>)> {
        let number = |name: &str, most: i64| {
            // A number beyond all others is past the end, and no mistake.
            let huge = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then_some(i64::MAX);
            let parse =
                |text: &str| text.parse().ok().or_else(|| huge(text)).filter(|number| (1..=most).contains(number));
            query.get(name).map(|text| parse(text).ok_or_else(|| bad(name))).transpose()
        };
        Ok((number("page", i64::MAX)?, number("page_size", MAX_SIZE)?))
    }

    /// The rows to read.
    pub fn window(self) -> Window {
        match self.wanted {
            Some((page, size)) => Window::new((page - 1).saturating_mul(size), size),
            None => Window::ALL,
        }
    }
}

fn bad(name: &str) -> Error {
    let most = if name == "page_size" { format!(" to {MAX_SIZE}") } else { String::new() };
    Error::rejected("bad_pagination", format!("{name} must be a whole number from 1{most}."))
}

/// Status 200 with the items of a page, as `view` shows them, and where the other pages are.
///
/// # Errors
/// `Internal` if an item does not serialise, which only a fault of ours can cause.
pub fn list<T, V: Serialize>(call: &Call<'_>, pages: Pages, page: Page<T>, view: impl Fn(T) -> V) -> Result<Reply> {
    let items: Vec<V> = page.items.into_iter().map(view).collect();
    let reply = Reply::json(StatusCode::OK, &items)?;
    let Some((number, size)) = pages.wanted else { return Ok(reply) };
    let base = format!("{}{}", call.request().origin_for_client(call.origin()), call.request().path());
    let links = links(&base, call.request().query(), number, last_page(page.total, size));
    let reply = reply.header(TOTAL_NUMBER, &page.total.to_string());
    Ok(if links.is_empty() { reply } else { reply.header(LINK, &links) })
}

/// Longest header, in bytes: reverse proxies take 4 kB for all headers together.
const MAX_LINKS: usize = 2048;

fn last_page(total: i64, size: i64) -> i64 {
    total.saturating_add(size - 1).checked_div(size).unwrap_or(1).max(1)
}

/// All relations in one line, which means the same as a line for each and is not lost on clients that keep one line
/// only. The query stays as it was sent but for the page; where it is long, what a client can do without is left out.
fn links(base: &str, query: &str, page: i64, last: i64) -> String {
    let is_page = |pair: &str| decode(pair.split('=').next().unwrap_or(pair), true).as_deref() == Some("page");
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !is_page(pair)).chain([""]).collect();
    // By these a reader of the header could take it for ended.
    let kept = kept.join("&").replace('<', "%3C").replace('>', "%3E").replace('"', "%22");
    let relations = [("first", Some(1)), ("prev", (page > 1).then(|| page - 1)), ("last", Some(last))];
    let next = ("next", (page < last).then(|| page + 1));
    let link = |page: i64, relation: &str| format!("<{base}?{kept}page={page}>; rel=\"{relation}\"");
    let mut all: Vec<String> =
        relations.into_iter().chain([next]).filter_map(|(relation, page)| Some(link(page?, relation))).collect();
    // The next page is what clients follow.
    while all.iter().map(|link| link.len() + ", ".len()).sum::<usize>() > MAX_LINKS {
        all.remove(0);
    }
    all.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_a_long_query_are_left_out_but_the_next_for_last() {
        let relations = |query: &str| {
            let links = links("http://iam.test/api/users", query, 2, 3);
            assert!(links.len() <= MAX_LINKS, "{}", links.len());
            links.split("rel=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(relations("q=x"), ["first", "prev", "last", "next"]);
        assert_eq!(relations(&format!("q={}", "x".repeat(800))), ["last", "next"]);
        assert_eq!(relations(&format!("q={}", "x".repeat(1_900))), ["next"]);
        assert!(relations(&format!("q={}", "x".repeat(8_000))).is_empty());
    }

    #[test]
    fn pages_are_whole_numbers_in_bounds() {
        let read = |query: &str| Pages::read(&Form::parse(query).unwrap());
        assert_eq!(read(""), Ok((None, None)));
        assert_eq!(read("page=&page_size="), Ok((None, None)));
        assert_eq!(read("page=3&page_size=100"), Ok((Some(3), Some(100))));
        assert_eq!(read("page=99999999999999999999"), Ok((Some(i64::MAX), None)));
        for query in ["page=0", "page=-1", "page=x", "page=1.5", "page_size=0", "page_size=101"] {
            assert!(read(query).is_err(), "{query}");
        }
    }

    #[test]
    fn links_of_every_place() {
        let links = |query, page, last| links("https://a.example/api/x", query, page, last);
        assert_eq!(
            links("", 1, 1),
            "<https://a.example/api/x?page=1>; rel=\"first\", <https://a.example/api/x?page=1>; rel=\"last\""
        );
        let middle = links("q=a%20b&page=2&page_size=5", 2, 3);
        for (page, relation) in [(1, "first"), (1, "prev"), (3, "last"), (3, "next")] {
            let link = format!("<https://a.example/api/x?q=a%20b&page_size=5&page={page}>; rel=\"{relation}\"");
            assert!(middle.contains(&link), "{middle}");
        }
        assert!(!links("page=3", 3, 3).contains("next"));
        assert!(links("q=%3E>", 1, 1).contains("?q=%3E%3E&page=1>; rel=\"first\""));
        assert_eq!([last_page(0, 20), last_page(20, 20), last_page(21, 20)], [1, 1, 2]);
    }
}
