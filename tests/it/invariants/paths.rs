//! Paths of modules in source text: what a file imports, what it passes on, what it names in full.

use std::ops::Range;

/// A path, segment by segment, and the name it goes by here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    pub segments: Vec<String>,
    pub name: String,
    /// `pub use`, in whatever module it is visible.
    pub is_passed_on: bool,
}

/// The `use` statements of a text without comments: what they stand between, and whether they pass on.
fn statements(code: &str) -> Vec<(Range<usize>, bool)> {
    let statement = |(at, _): (usize, &str)| {
        let line = code[..at].rsplit('\n').next().unwrap().trim();
        let is_statement = line.is_empty() || line == "pub" || (line.starts_with("pub(") && line.ends_with(')'));
        let end = code[at..].find(';').filter(|_| is_statement)?;
        Some((at + "use ".len()..at + end, line.starts_with("pub")))
    };
    code.match_indices("use ").filter_map(statement).collect()
}

/// Every import of a text without comments.
pub fn imports(code: &str) -> Vec<Import> {
    let mut found = Vec::new();
    for (range, is_passed_on) in statements(code) {
        let tree = code[range].split_whitespace().collect::<Vec<_>>().join(" ");
        expand(&[], &tree, is_passed_on, &mut found);
    }
    found
}

/// The paths of a use tree: `a::{self, b::C as D}`.
fn expand(prefix: &[String], tree: &str, is_passed_on: bool, found: &mut Vec<Import>) {
    let (tree, alias) = match tree.trim().rsplit_once(" as ") {
        Some((tree, alias)) if !alias.contains('}') => (tree.trim(), Some(alias.trim())),
        _ => (tree.trim(), None),
    };
    if let Some(open) = tree.find('{') {
        let inner = tree[open + 1..].strip_suffix('}').expect("a closed use tree");
        let mut deeper = prefix.to_vec();
        deeper.extend(tree[..open].split("::").filter(|part| !part.is_empty()).map(str::to_owned));
        for part in top_level(inner) {
            expand(&deeper, part, is_passed_on, found);
        }
        return;
    }
    if tree.is_empty() {
        return;
    }
    let mut segments = prefix.to_vec();
    segments.extend(tree.split("::").filter(|part| !part.is_empty()).map(str::to_owned));
    if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
        segments.pop();
    }
    let name = alias.unwrap_or_else(|| segments.last().map_or("", String::as_str)).to_owned();
    found.push(Import { segments, name, is_passed_on });
}

/// Splits at commas that are in no braces.
fn top_level(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// Paths that begin with `root` (`crate`, `super`, a crate's name) outside of `use`.
pub fn inline(code: &str, root: &str) -> Vec<Vec<String>> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let statements = statements(code);
    let starts = code.match_indices(root).filter(|(at, _)| {
        let before = code[..*at].chars().next_back();
        !before.is_some_and(|letter| is_part(letter) || letter == ':' || letter == '$')
            && code[at + root.len()..].starts_with("::")
            && !statements.iter().any(|(range, _)| range.contains(at))
    });
    let path = |(at, _): (usize, &str)| {
        let rest = &code[at..];
        let end = rest.find(|letter| !is_part(letter) && letter != ':').unwrap_or(rest.len());
        rest[..end]
            .split("::")
            .filter(|part| !part.is_empty())
            .map(|part| part.trim_end_matches(':').to_owned())
            .collect()
    };
    starts.map(path).collect()
}

#[test]
fn use_trees_are_taken_apart() {
    let code = "use crate::a::{self, b::C as D,\n    e};\npub use f::G;\npub(crate) use super::h;\nlet because = 1;\n";
    let found: Vec<(String, String, bool)> =
        imports(code).into_iter().map(|one| (one.segments.join("::"), one.name, one.is_passed_on)).collect();
    let wanted = [
        ("crate::a", "a", false),
        ("crate::a::b::C", "D", false),
        ("crate::a::e", "e", false),
        ("f::G", "G", true),
        ("super::h", "h", true),
    ];
    assert_eq!(found, wanted.map(|(path, name, passed)| (path.to_owned(), name.to_owned(), passed)));
}

#[test]
fn paths_inside_code_are_found() {
    let code = "use crate::{x};\nfn f() -> crate::a::B { crate::c::d(); $crate::e::f(); supercrate::g(); }";
    assert_eq!(inline(code, "crate"), [vec!["crate", "a", "B"], vec!["crate", "c", "d"]]);
}
