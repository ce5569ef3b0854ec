//! Lists of what is not yet as it should be: they may only get shorter.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::source::root;

/// How often something stands where it should not, by the name of the place.
pub type Counts = BTreeMap<String, usize>;

/// One list.
pub struct Ratchet {
    /// Name of the file in `lists/`.
    pub list: &'static str,
    /// What is counted, and what to do instead of adding to it.
    pub advice: &'static str,
}

impl Ratchet {
    /// Compares what is there with the list; with `EDGE_IAM_BLESS` set, writes the list unless it would grow.
    pub fn check(&self, found: &Counts) {
        let path = root().join("tests/it/invariants/lists").join(self.list);
        let listed = parse(&std::fs::read_to_string(&path).unwrap_or_default());
        let Err(message) = compare(&listed, found) else { return };
        let grows = found.values().sum::<usize>() > listed.values().sum() && path.exists();
        if std::env::var_os("EDGE_IAM_BLESS").is_some() && !grows {
            std::fs::write(&path, print(found)).unwrap();
            return;
        }
        panic!("tests/it/invariants/lists/{}:\n{message}\n{}", self.list, self.advice);
    }
}

/// `<count> <name>` on each line.
fn parse(text: &str) -> Counts {
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    lines.map(|(count, name)| (name.to_owned(), count.parse().expect("a count"))).collect()
}

fn print(counts: &Counts) -> String {
    counts.iter().fold(String::new(), |mut text, (name, count)| {
        writeln!(text, "{count} {name}").unwrap();
        text
    })
}

/// Each name with the number listed and the number found, where they differ.
fn compare(listed: &Counts, found: &Counts) -> Result<(), String> {
    let mut message = String::new();
    let names: std::collections::BTreeSet<&String> = listed.keys().chain(found.keys()).collect();
    for name in names {
        let (was, is) = (listed.get(name).copied().unwrap_or(0), found.get(name).copied().unwrap_or(0));
        if is > was {
            writeln!(message, "  {name}: {is} where {was} are allowed").unwrap();
        } else if is < was {
            writeln!(message, "  {name}: only {is} are left of {was}; run with EDGE_IAM_BLESS=1 to write that down")
                .unwrap();
        }
    }
    if message.is_empty() { Ok(()) } else { Err(message) }
}

#[test]
fn more_is_refused_and_less_must_be_written_down() {
    let counts = |pairs: &[(&str, usize)]| -> Counts { pairs.iter().map(|(a, b)| ((*a).to_owned(), *b)).collect() };
    let listed = parse("2 a.rs\n1 b.rs\n");
    assert_eq!(listed, counts(&[("a.rs", 2), ("b.rs", 1)]));
    assert_eq!(print(&listed), "2 a.rs\n1 b.rs\n");
    assert_eq!(compare(&listed, &listed), Ok(()));
    let grown = compare(&listed, &counts(&[("a.rs", 3), ("b.rs", 1), ("c.rs", 1)])).unwrap_err();
    assert_eq!(grown, "  a.rs: 3 where 2 are allowed\n  c.rs: 1 where 0 are allowed\n");
    let shrunk = compare(&listed, &counts(&[("a.rs", 2)])).unwrap_err();
    assert!(shrunk.contains("b.rs: only 0 are left of 1"), "{shrunk}");
}
