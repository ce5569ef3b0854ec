//! The domain knows no API: what differs between them is a value that a kit passes.

use super::ratchet::{Counts, Ratchet};
use super::source;

/// The APIs, and the products whose habits they have.
const NAMES: [&str; 6] = ["eazyrent", "idah", "katanemo", "kestra", "logto", "zitadel"];

const RATCHET: Ratchet = Ratchet {
    list: "dialect_names.txt",
    advice: "Names of APIs in shared/domain/src, comments included. Say what differs, not for whom: the kit in \
             shared/wire/src/dialect/<name>/ passes it as a value.",
};

fn names(text: &str) -> usize {
    let text = text.to_lowercase();
    NAMES.iter().map(|name| text.matches(name).count()).sum()
}

#[test]
fn the_domain_names_no_dialect() {
    let mut found = Counts::new();
    // The list of migrations has to name their files, which are never renamed.
    for file in source::product("shared/domain/src").iter().filter(|file| file.stem() != "migrations") {
        let count = names(&file.text);
        if count > 0 {
            found.insert(file.path.clone(), count);
        }
    }
    RATCHET.check(&found);
}

#[test]
fn a_name_is_found_in_comments_identifiers_and_any_case() {
    assert_eq!(names("// As in IDAH and Logto.\nstruct IdahAuthority; fn eazyrent_id() {}"), 4);
    assert_eq!(names("// As in most APIs."), 0);
}
