//! The modules of a crate, and which file a path leads to.

use std::collections::{BTreeMap, BTreeSet};

use super::paths::{self, Import};
use super::source::{self, Source};

/// Longest chain of `pub use` that is followed.
const MAX_HOPS: usize = 8;

/// The product code of one crate.
pub struct Crate {
    modules: BTreeMap<Vec<String>, Module>,
}

struct Module {
    file: String,
    code: String,
    imports: Vec<Import>,
}

impl Crate {
    /// Reads a crate whose `lib.rs` is in `folder`.
    pub fn read(folder: &str) -> Self {
        Self::of(source::product(folder), folder)
    }

    /// A crate of these files.
    pub fn of(files: Vec<Source>, folder: &str) -> Self {
        let module = |file: Source| {
            let below = file.path.strip_prefix(folder).unwrap().trim_start_matches('/').trim_end_matches(".rs");
            let mut name: Vec<String> = below.split('/').map(str::to_owned).collect();
            if ["lib", "mod"].contains(&file.stem()) {
                name.pop();
            }
            let code = source::code(&file.text);
            (name, Module { file: file.path, imports: paths::imports(&code), code })
        };
        Self { modules: files.into_iter().map(module).collect() }
    }

    /// The file that defines what an absolute path names, and how many of the segments lead to it.
    pub fn file_of(&self, path: &[String]) -> Option<(&str, usize)> {
        self.follow(path, MAX_HOPS)
    }

    fn follow(&self, path: &[String], hops: usize) -> Option<(&str, usize)> {
        let depth = (0..=path.len()).rev().find(|depth| self.modules.contains_key(&path[..*depth]))?;
        let module = &self.modules[&path[..depth]];
        let passed = path.get(depth).filter(|_| hops > 0).and_then(|item| {
            let known = module.imports.iter().find(|import| import.is_passed_on && import.name == *item)?;
            let mut target = self.absolute(&path[..depth], &known.segments)?;
            target.extend_from_slice(&path[depth + 1..]);
            self.follow(&target, hops - 1)
        });
        passed.or(Some((module.file.as_str(), depth)))
    }

    /// An absolute path for one that stands in `module`; `None` for another crate's.
    fn absolute(&self, module: &[String], path: &[String]) -> Option<Vec<String>> {
        let mut rest = path;
        let mut base = match path.first()?.as_str() {
            "crate" => Vec::new(),
            "self" | "super" => module.to_vec(),
            child => {
                let inner: Vec<String> = module.iter().cloned().chain([child.to_owned()]).collect();
                self.modules.contains_key(&inner).then_some(())?;
                return Some(module.iter().chain(path).cloned().collect());
            }
        };
        while let Some((first, others)) = rest.split_first() {
            match first.as_str() {
                "crate" | "self" => {}
                "super" => drop(base.pop()),
                _ => break,
            }
            rest = others;
        }
        base.extend_from_slice(rest);
        Some(base)
    }

    /// Which files each file imports from by `crate::` and `super::`.
    pub fn edges(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut edges = BTreeMap::new();
        for (name, module) in &self.modules {
            let imported = module.imports.iter().map(|import| import.segments.clone());
            let inline = ["crate", "super"].into_iter().flat_map(|root| paths::inline(&module.code, root));
            let is_ours = |path: &Vec<String>| path.first().is_some_and(|first| first == "crate" || first == "super");
            let targets = imported.chain(inline).filter(is_ours).filter_map(|path| self.absolute(name, &path));
            let files: BTreeSet<&str> = targets
                .filter_map(|path| self.file_of(&path).map(|(file, _)| file))
                .filter(|file| *file != module.file)
                .collect();
            edges.insert(module.file.as_str(), files);
        }
        edges
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Crate {
        let file = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let files = vec![
            file("x/lib.rs", "pub mod a;\npub mod b;\n"),
            file("x/a/mod.rs", "mod inner;\npub use inner::Deep;\nuse crate::b::g;\n"),
            file("x/a/inner.rs", "pub struct Deep;\nfn f() { super::helper() }\n"),
            file("x/b.rs", "use crate::a::Deep;\nuse serde::Serialize;\n"),
        ];
        Crate::of(files, "x")
    }

    #[test]
    fn what_is_passed_on_leads_to_where_it_is_defined() {
        let path = |text: &str| text.split("::").map(str::to_owned).collect::<Vec<_>>();
        let example = example();
        assert_eq!(example.file_of(&path("a::Deep")).unwrap().0, "x/a/inner.rs");
        assert_eq!(example.file_of(&path("a::other")).unwrap(), ("x/a/mod.rs", 1));
    }

    #[test]
    fn edges_are_imports_within_the_crate() {
        let example = example();
        let edges = example.edges();
        assert_eq!(edges["x/b.rs"], BTreeSet::from(["x/a/inner.rs"]));
        assert_eq!(edges["x/a/inner.rs"], BTreeSet::from(["x/a/mod.rs"]));
        assert_eq!(edges["x/a/mod.rs"], BTreeSet::from(["x/b.rs"]));
    }
}
