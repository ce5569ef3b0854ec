//! The Lua script that tells wrk what to send.

use std::fmt::Write as _;

use crate::request::{Prepared, UNIQUE};

/// Begins the one line of wrk's output that is ours.
pub const MARK: &str = "edge-iam-bench ";

/// What does not depend on the requests. Requests that are the same each time are put together once, so that the
/// generator takes as little of the machine as it can; the others are cut where the counter goes in.
const PROGRAM: &str = r#"
local texts, position, count = {}, 0, 0
local function fill(text, unique)
  return text and (text:gsub("{{unique}}", unique))
end
init = function()
  for at, entry in ipairs(list) do
    if not entry.unique then texts[at] = wrk.format(entry[1], entry[2], entry[3], entry[4]) end
  end
end
request = function()
  position = position % #list + 1
  local text = texts[position]
  if text then return text end
  local entry = list[position]
  count = count + 1
  local unique = stem .. count
  return wrk.format(entry[1], fill(entry[2], unique), entry[3], fill(entry[4], unique))
end
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '%s{"requests":%d,"duration_us":%d,"p50_us":%d,"p99_us":%d,"p999_us":%d,"max_us":%d,"bad_status":%d,' ..
    '"connect":%d,"read":%d,"write":%d,"timeout":%d}\n',
    mark, summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    latency:percentile(99.9), latency.max, errors.status, errors.connect, errors.read, errors.write,
    errors.timeout))
end
"#;

/// The script that sends `requests` in turn; `stem` begins the unique texts, and must itself be new for each run.
pub fn text(requests: &[Prepared], stem: &str) -> String {
    let mut text = format!("local mark, stem = {}, {}\nlocal list = {{\n", quoted(MARK), quoted(stem));
    for request in requests {
        let headers: Vec<String> =
            request.headers.iter().map(|(name, value)| format!("[{}] = {}", quoted(name), quoted(value))).collect();
        let body = if request.body.is_empty() { "nil".to_owned() } else { quoted(&request.body) };
        let unique = request.path.contains(UNIQUE) || request.body.contains(UNIQUE);
        let (method, path) = (quoted(request.method), quoted(&request.path));
        let _ = writeln!(text, "{{{method}, {path}, {{{}}}, {body}, unique = {unique}}},", headers.join(", "));
    }
    text.push_str("}\n");
    text.push_str(PROGRAM);
    text
}

/// A Lua string. Whatever is not plain is written as three digits, so that no following digit can join it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b' '..=b'~' if byte != b'"' && byte != b'\\' => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "\\{byte:03}");
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_newlines_and_backslashes_are_escaped() {
        assert_eq!(quoted("a\"b"), r#""a\034b""#);
        assert_eq!(quoted("a\n1"), r#""a\0101""#);
        assert_eq!(quoted(r"a\b"), r#""a\092b""#);
        assert_eq!(quoted("é"), r#""\195\169""#);
        assert_eq!(quoted("]]=='"), "\"]]=='\"");
    }

    #[test]
    fn a_body_stays_on_one_line_of_the_script() {
        let body = serde_json::json!({ "name": "a \"b\"\n{{unique}}" });
        let script = text(&[Prepared::json("POST", "/a", &body)], "s-");
        let line = script.lines().nth(2).unwrap();
        assert!(line.starts_with(r#"{"POST", "/a", {["content-type"] = "application/json"}, ""#), "{line}");
        assert!(line.ends_with("unique = true},"), "{line}");
    }

    #[test]
    fn a_request_without_body_has_none_in_the_script() {
        let script = text(&[Prepared::get("/a").bearer("t")], "s-");
        assert!(script.contains(r#"{"GET", "/a", {["authorization"] = "Bearer t"}, nil, unique = false},"#));
    }
}
