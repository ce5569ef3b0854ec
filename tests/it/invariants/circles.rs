//! Modules import in one direction: of two files that need each other, neither can be read, tested or moved alone.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Crate;
use super::ratchet::{Counts, Ratchet};

const RATCHET: Ratchet = Ratchet {
    list: "circles.txt",
    advice: "Files that import each other in a circle, with how many there are in it. Move what both need into a file of \
             its own.",
};

/// What can be reached from a file, itself not included unless it lies in a circle.
fn reached<'a>(edges: &BTreeMap<&'a str, BTreeSet<&'a str>>, from: &'a str) -> BTreeSet<&'a str> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(file) = open.pop() {
        let next = edges.get(file).into_iter().flatten();
        open.extend(next.filter(|next| seen.insert(**next)));
    }
    seen
}

/// Each file in a circle, with how many files are in the same one.
fn circles(edges: &BTreeMap<&str, BTreeSet<&str>>) -> Counts {
    let all: BTreeMap<&str, BTreeSet<&str>> = edges.keys().map(|file| (*file, reached(edges, file))).collect();
    let is_same = |left: &str, right: &str| all[left].contains(right) && all[right].contains(left);
    let size = |file: &str| edges.keys().filter(|other| is_same(file, other)).count();
    edges.keys().map(|file| ((*file).to_owned(), size(file))).filter(|(_, size)| *size > 1).collect()
}

#[test]
fn no_file_imports_itself_by_way_of_others() {
    let mut found = Counts::new();
    for folder in ["shared/domain/src", "shared/wire/src"] {
        found.extend(circles(&Crate::read(folder).edges()));
    }
    RATCHET.check(&found);
}

#[test]
fn a_circle_is_found_and_a_chain_is_none() {
    let edges = BTreeMap::from([
        ("a", BTreeSet::from(["b"])),
        ("b", BTreeSet::from(["c"])),
        ("c", BTreeSet::from(["a", "d"])),
        ("d", BTreeSet::new()),
        ("e", BTreeSet::from(["a"])),
    ]);
    let three = |name: &str| (name.to_owned(), 3);
    assert_eq!(circles(&edges), Counts::from([three("a"), three("b"), three("c")]));
}
