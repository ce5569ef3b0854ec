//! Files stay small enough to be read.

use super::source::{self, Source};

/// Most lines of a file.
const MAX: usize = 450;

/// Files that are longer, with their length.
fn too_long(files: &[Source]) -> Vec<String> {
    let lines = files.iter().map(|file| (file, file.text.lines().count()));
    lines.filter(|(_, lines)| *lines > MAX).map(|(file, lines)| format!("{}: {lines}", file.path)).collect()
}

#[test]
fn no_file_is_too_long() {
    for folder in ["components", "host", "shared", "tests", "xtask"] {
        let files = source::all(folder);
        assert!(!files.is_empty(), "nothing in {folder}");
        let long = too_long(&files);
        assert!(long.is_empty(), "more than {MAX} lines; split by what is done there: {long:?}");
    }
}

#[test]
fn a_file_that_is_too_long_is_named() {
    let file = |path: &str, lines| Source { path: path.to_owned(), text: "x\n".repeat(lines) };
    assert_eq!(too_long(&[file("a.rs", MAX), file("b.rs", MAX + 1)]), [format!("b.rs: {}", MAX + 1)]);
}
