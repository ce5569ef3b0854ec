//! Operations serve all APIs: a module of them that one dialect alone calls is a second domain in the making.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Crate;
use super::paths;
use super::source::{self, Source};

/// Operation modules that two dialects or more call. **This number may only grow.**
const SHARED: usize = 26;

/// What serves several dialects at once: a component's files beside their folders, and wire code outside a dialect's kit.
const SEVERAL: &str = "several";

/// The dialect whose code a file is.
fn dialect(path: &str) -> Option<&str> {
    let folders: Vec<&str> = path.split('/').collect();
    match folders[..] {
        ["components", _, "src", file] if file != "lib.rs" => Some(SEVERAL),
        ["shared", "wire", "src", first, ..] if first != "dialect" => Some(SEVERAL),
        ["components", _, "src", dialect, _] | ["shared", "wire", "src", "dialect", dialect, _, ..]
            if dialect != "jsonapi" =>
        {
            Some(dialect)
        }
        _ => None,
    }
}

/// Modules of operations whose functions a text calls: by their path, or by that of a module that is imported.
fn called<'a>(domain: &'a Crate, text: &str) -> BTreeSet<&'a str> {
    let code = source::code(text);
    let through = |import: paths::Import| {
        let Some(inside) = import.segments.get(1..).filter(|_| import.segments[0] == "iam_domain") else {
            return Vec::new();
        };
        let is_module = domain.file_of(inside).is_some_and(|(_, depth)| depth == inside.len());
        if !is_module {
            return vec![import.segments];
        }
        let below = paths::inline(&code, &import.name).into_iter();
        below.map(|path| import.segments.iter().chain(&path[1..]).cloned().collect()).collect()
    };
    let imported = paths::imports(&code).into_iter().flat_map(through);
    let paths = imported.chain(paths::inline(&code, "iam_domain"));
    let operation = |path: Vec<String>| {
        let inside =
            path.get(1..).filter(|inside| path[0] == "iam_domain" && inside.len() > 1 && inside[0] == "ops")?;
        let is_type = inside.iter().any(|segment| segment.starts_with(char::is_uppercase));
        let (file, _) = domain.file_of(inside).filter(|_| !is_type)?;
        (file != "shared/domain/src/ops/mod.rs").then_some(file)
    };
    paths.filter_map(operation).collect()
}

/// Which dialects call each module.
fn callers<'a>(domain: &'a Crate, files: &[Source]) -> BTreeMap<&'a str, BTreeSet<String>> {
    let mut callers: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for file in files {
        let Some(dialect) = dialect(&file.path) else { continue };
        for module in called(domain, &file.text) {
            callers.entry(module).or_default().insert(dialect.to_owned());
        }
    }
    callers
}

#[test]
fn operations_are_called_by_several_dialects() {
    let domain = Crate::read("shared/domain/src");
    let mut files = source::product("components");
    files.extend(source::product("shared/wire/src"));
    let callers = callers(&domain, &files);
    let is_shared = |dialects: &BTreeSet<String>| dialects.len() > 1 || dialects.contains(SEVERAL);
    let (shared, alone): (Vec<_>, Vec<_>) = callers.iter().partition(|(_, dialects)| is_shared(dialects));
    assert!(
        shared.len() >= SHARED,
        "{} modules are called by several dialects, {SHARED} were: let the second dialect call the operation that there \
         is. Called by one alone: {alone:#?}",
        shared.len()
    );
    assert_eq!(shared.len(), SHARED, "more are shared now: write the new number into {}: {shared:#?}", file!());
}

#[test]
fn only_calls_count_and_types_do_not() {
    let file = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let domain =
        vec![file("d/lib.rs", ""), file("d/ops/mod.rs", ""), file("d/ops/users.rs", ""), file("d/ops/keys.rs", "")];
    let domain = Crate::of(domain, "d");
    let files = [
        file(
            "components/users/src/idah/a.rs",
            "use iam_domain::ops::users::{self as people, New};\nfn f() { people::list() }\n",
        ),
        file("components/users/src/logto/b.rs", "fn f() { iam_domain::ops::users::create() }\n"),
        file(
            "components/users/src/logto/c.rs",
            "use iam_domain::ops::keys::{self, Key};\nfn f(_: keys::Key) { Key::new() }\n",
        ),
        file("components/users/src/logto/d.rs", "use iam_domain::ops::keys::make;\n"),
        file("components/users/src/lib.rs", "use iam_domain::ops::keys;\n"),
    ];
    let both = BTreeSet::from(["idah".to_owned(), "logto".to_owned()]);
    let logto = BTreeSet::from(["logto".to_owned()]);
    assert_eq!(callers(&domain, &files), BTreeMap::from([("d/ops/keys.rs", logto), ("d/ops/users.rs", both)]));
}
