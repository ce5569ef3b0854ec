//! Operations serve all APIs: a module of them that one dialect alone calls is a second domain in the making.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Crate;
use super::paths;
use super::source::{self, Source};

/// Operation modules that two dialects or more call. **This number may only grow;** the aim is 25.
const SHARED: usize = 17;

/// The dialect whose code a file is.
fn dialect(path: &str) -> Option<&str> {
    let folders: Vec<&str> = path.split('/').collect();
    match folders[..] {
        ["components", _, "src", dialect, _] | ["shared", "wire", "src", "dialect", dialect, _, ..]
            if dialect != "jsonapi" =>
        {
            Some(dialect)
        }
        _ => None,
    }
}

/// Modules of operations whose functions a text calls: it imports the module, or names a function by its path.
fn called<'a>(domain: &'a Crate, text: &str) -> BTreeSet<&'a str> {
    let code = source::code(text);
    let imported = paths::imports(&code).into_iter().map(|import| import.segments);
    let paths = imported.chain(paths::inline(&code, "iam_domain"));
    let operation = |path: Vec<String>| {
        let inside =
            path.get(1..).filter(|inside| path[0] == "iam_domain" && inside.len() > 1 && inside[0] == "ops")?;
        let is_type = inside.last()?.starts_with(char::is_uppercase);
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
    files.extend(source::product("shared/wire/src/dialect"));
    let callers = callers(&domain, &files);
    let shared: Vec<_> = callers.iter().filter(|(_, dialects)| dialects.len() > 1).collect();
    let alone: Vec<_> = callers.iter().filter(|(_, dialects)| dialects.len() == 1).collect();
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
        file("components/users/src/idah/a.rs", "use iam_domain::ops::users::{self, New};\n"),
        file("components/users/src/logto/b.rs", "fn f() { iam_domain::ops::users::create() }\n"),
        file("components/users/src/logto/c.rs", "use iam_domain::ops::keys::Key;\n"),
        file("components/users/src/lib.rs", "use iam_domain::ops::keys;\n"),
    ];
    let both = BTreeSet::from(["idah".to_owned(), "logto".to_owned()]);
    assert_eq!(callers(&domain, &files), BTreeMap::from([("d/ops/users.rs", both)]));
}
