//! The repository's own source, read as text.

use std::path::{Path, PathBuf};

/// One Rust file.
pub struct Source {
    /// From the root of the repository, with slashes.
    pub path: String,
    pub text: String,
}

impl Source {
    /// Name without `.rs`.
    pub fn stem(&self) -> &str {
        self.path.rsplit('/').next().unwrap().trim_end_matches(".rs")
    }

    /// Whether all of it is compiled for tests alone.
    fn is_test(&self) -> bool {
        let stem = self.stem();
        stem == "tests" || stem == "testing" || stem.ends_with("_tests")
    }
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every Rust file below a folder, in order of its path.
pub fn all(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(folder, &mut found);
    found.sort_by(|left, right| left.path.cmp(&right.path));
    found
}

fn collect(folder: &str, found: &mut Vec<Source>) {
    for entry in std::fs::read_dir(root().join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().into_string().unwrap());
        if entry.path().is_dir() {
            collect(&path, found);
        } else if entry.path().extension().is_some_and(|extension| extension == "rs") {
            found.push(Source { text: std::fs::read_to_string(entry.path()).unwrap(), path });
        }
    }
}

/// The same without tests: neither files of them, nor the module of them at the end of a file.
pub fn product(folder: &str) -> Vec<Source> {
    let files = all(folder).into_iter().filter(|file| !file.is_test());
    files.map(|file| Source { text: without_tests(&file.text).to_owned(), ..file }).collect()
}

/// The text up to the module of tests, which is the last item of its file.
fn without_tests(text: &str) -> &str {
    let starts = text.match_indices("#[cfg(test)]\nmod ");
    let mut inline = starts.filter(|(at, _)| text[*at..].lines().nth(1).is_some_and(|line| line.ends_with('{')));
    inline.next().map_or(text, |(at, _)| &text[..at])
}

/// The text without comments.
pub fn code(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn a_module_of_tests_is_cut_off_and_its_declaration_is_not() {
    let text = "#[cfg(test)]\nmod x_tests;\nfn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n";
    assert_eq!(without_tests(text), "#[cfg(test)]\nmod x_tests;\nfn a() {}\n");
    assert_eq!(code("//! One\nfn a() {}\n    // Two\n"), "fn a() {}\n");
}
