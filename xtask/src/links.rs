//! Every reference to a document leads somewhere: Markdown links with their anchors, and in code and documents the
//! mentions of `docs/….md` and `contracts/….md` (relative to `docs/`, as docs/contracts/README.md says) with the place
//! in quotes that may follow.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold nothing of ours.
const SKIPPED: [&str; 6] = [".git", ".spin", ".venv", "__pycache__", "node_modules", "target"];
/// What is searched for mentions.
const SEARCHED: [&str; 8] = ["md", "mjs", "py", "rs", "sql", "toml", "txt", "yml"];

fn root() -> PathBuf {
    PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("..").canonicalize().unwrap()
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !SKIPPED.contains(&name.as_str()) {
            files(&path, found);
        } else if has_extension(&path, &SEARCHED) {
            found.push(path);
        }
    }
}

fn has_extension(path: &Path, wanted: &[&str]) -> bool {
    path.is_file() && path.extension().is_some_and(|extension| wanted.iter().any(|known| extension == *known))
}

/// Targets of the links in a Markdown text, code left out.
fn links(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            // Every second part stands between backquotes.
            let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("code");
            let targets = prose.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
            found.extend(targets.map(str::to_owned));
        }
    }
    found
}

/// Whether a link points out of the repository.
fn is_foreign(link: &str) -> bool {
    link.contains("://") || link.starts_with("mailto:")
}

fn headings(text: &str) -> Vec<String> {
    let mut is_code = false;
    let lines = text.lines().filter(move |line| {
        is_code ^= line.trim_start().starts_with("```");
        !is_code && line.starts_with('#')
    });
    lines.map(|line| line.trim_start_matches('#').trim().replace('`', "")).collect()
}

/// The anchors of a Markdown text, as GitHub makes them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for heading in headings(text) {
        let letters = heading.to_lowercase();
        let kept = letters.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
        let slug: String = kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect();
        // The second of the same name gets a number.
        let numbered = (1..).map(|number| format!("{slug}-{number}"));
        let free = std::iter::once(slug.clone()).chain(numbered).find(|name| !found.contains(name));
        found.extend(free);
    }
    found
}

/// A document that a text mentions, and the place in quotes behind it.
#[derive(Debug, PartialEq, Eq)]
struct Mention {
    path: String,
    place: Option<String>,
}

/// The mentions of documents, read across the line breaks of comments.
fn mentions(text: &str) -> Vec<Mention> {
    let is_mark = |word: &str| matches!(word, "//" | "///" | "//!" | "--" | "#" | "*");
    let lines = text.lines().map(|line| {
        let line = line.trim();
        let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
        if is_mark(first) { rest } else { line }
    });
    let text = lines.collect::<Vec<_>>().join(" ");
    let is_of_path = |letter: char| letter.is_ascii_alphanumeric() || "./_-".contains(letter);
    let mut found = Vec::new();
    for (end, _) in text.match_indices(".md") {
        let (before, after) = (&text[..end], &text[end + 3..]);
        let start = before
            .rfind(|letter| !is_of_path(letter))
            .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
        let path = match &before[start..] {
            stem if stem.ends_with('/') => continue,
            stem if stem.starts_with("docs/") => format!("{stem}.md"),
            stem if stem.starts_with("contracts/") => format!("docs/{stem}.md"),
            _ => continue,
        };
        let place = after.strip_prefix(", \"").and_then(|rest| Some(rest.split_once('"')?.0.replace('`', "")));
        found.push(Mention { path, place });
    }
    found
}

/// Whether a document has a heading, or a term in bold, that tells the place.
fn has_place(document: &str, place: &str) -> bool {
    let is_bold = document.replace('`', "").contains(&format!("**{place}"));
    is_bold || headings(document).iter().any(|heading| heading.contains(place))
}

fn broken_link(file: &Path, text: &str, link: &str) -> Option<String> {
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let target = if path.is_empty() { file.to_owned() } else { file.parent().unwrap().join(path) };
    if !target.exists() {
        return Some(format!("the link {link} leads to no file"));
    }
    let anchor = anchor?;
    let linked = if path.is_empty() { text.to_owned() } else { fs::read_to_string(&target).unwrap_or_default() };
    (!anchors(&linked).contains(anchor)).then(|| format!("the link {link} leads to no heading"))
}

fn broken_mention(root: &Path, mention: &Mention) -> Option<String> {
    let Mention { path, place } = mention;
    let Ok(document) = fs::read_to_string(root.join(path)) else {
        return Some(format!("{path} is mentioned and not there"));
    };
    let place = place.as_ref().filter(|place| !has_place(&document, place))?;
    Some(format!("{path} has no heading and no bold term \"{place}\""))
}

#[test]
fn every_reference_to_a_document_leads_somewhere() {
    let root = root();
    let mut all = Vec::new();
    files(&root, &mut all);
    assert!(all.len() > 500, "only {} files were found", all.len());
    let mut broken = Vec::new();
    for file in all {
        let text = fs::read_to_string(&file).unwrap();
        let mut told = Vec::new();
        if has_extension(&file, &["md"]) {
            let own = links(&text).into_iter().filter(|link| !is_foreign(link));
            told.extend(own.filter_map(|link| broken_link(&file, &text, &link)));
        }
        told.extend(mentions(&text).iter().filter_map(|mention| broken_mention(&root, mention)));
        let name = file.strip_prefix(&root).unwrap().display();
        broken.extend(told.into_iter().map(|fault| format!("{name}: {fault}")));
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn links_are_found_outside_of_code() {
    let text = "a [b](c.md#d) `[no](x)` [e](f \"title\")\n```\n[no](y)\n```\n[out](https://example.org)";
    assert_eq!(links(text), ["c.md#d", "f", "https://example.org"]);
    assert!(is_foreign("https://example.org") && !is_foreign("c.md#d"));
}

#[test]
fn anchors_are_those_of_github() {
    let text = "# Two words\n## `code`, and more!\n```\n# no heading\n```\n## Two words\n### 1.2 a_b";
    assert_eq!(
        anchors(text),
        BTreeSet::from(["two-words", "code-and-more", "two-words-1", "12-a_b"].map(str::to_owned))
    );
}

#[test]
fn mentions_are_read_across_lines_with_their_places() {
    // Put together here: this file is searched as well.
    let (contract, page) = (["contracts", "a.md"].join("/"), ["docs", "b-c.md"].join("/"));
    let text =
        format!("//! One ({contract}, \"In\n//! two `lines`\") and\n\t// {page}; docs/x/<name>.md, z/{page}x a.md");
    let mention = |path: &str, place: Option<&str>| Mention { path: path.into(), place: place.map(str::to_owned) };
    let wanted = [mention(&format!("docs/{contract}"), Some("In two lines")), mention(&page, None)];
    assert_eq!(mentions(&text), wanted);
}

#[test]
fn a_place_is_a_heading_or_a_bold_term() {
    let text = "## Users (`/api/users`)\n**Getting a token.** By `POST`.";
    assert!(has_place(text, "Users") && has_place(text, "Getting a token"));
    assert!(!has_place(text, "By POST"));
}

#[test]
fn a_link_that_leads_nowhere_is_told() {
    let file = root().join("docs/contracts/README.md");
    let text = "# There";
    assert_eq!(broken_link(&file, text, "idah.md"), None);
    assert_eq!(broken_link(&file, text, "#there"), None);
    assert!(broken_link(&file, text, "#nowhere").unwrap().contains("no heading"));
    assert!(broken_link(&file, text, "nowhere.md").unwrap().contains("no file"));
    assert!(broken_link(&file, text, "idah.md#nowhere").unwrap().contains("no heading"));
    let gone = Mention { path: "docs/contracts/nowhere".into(), place: None };
    assert!(broken_mention(&root(), &gone).unwrap().contains("not there"));
    let misplaced = Mention { path: "docs/contracts/README.md".into(), place: Some("Nowhere".into()) };
    assert!(broken_mention(&root(), &misplaced).unwrap().contains("Nowhere"));
}
