//! An endpoint is found by its path alone: component, file and test.
//!
//! - **Component:** the first line of [`NOUNS`] that has words of the path. What may hash a password comes first, then
//!   what makes tokens, then parts before the whole they are parts of.
//! - **File:** `components/<component>/src/<dialect>/<words>.rs`, the words being the last of the path, as many as are
//!   needed to tell it from its neighbours; the very last one may be missing, where it is an act upon the resource; and a
//!   file may end in `_<what>` where one would be too long.
//! - **Test:** `tests/it/wire/<dialect>/<component>/`, a file that is named by the same rule.

use std::collections::BTreeSet;

use iam_tests::native::COMPONENTS;

use super::source::{self, Source};

/// Of a hundred routes, how many must be where the rule says.
const WANTED: usize = 95;

/// Words that must all be in a path, in this order, and the component that it belongs to then.
const NOUNS: &[(&[&str], &str)] = &[
    (&["password"], "logins"),
    (&["passwords"], "logins"),
    (&["activate"], "logins"),
    (&["login"], "logins"),
    (&["logout"], "sessions"),
    (&["account_sessions"], "sessions"),
    (&["oauth"], "tokens"),
    (&["oidc"], "tokens"),
    (&["well_known"], "tokens"),
    (&["refresh"], "tokens"),
    (&["outbox"], "outbox"),
    (&["keys"], "keys"),
    (&["api_keys"], "keys"),
    (&["secrets"], "keys"),
    (&["roles"], "roles"),
    (&["scopes"], "roles"),
    (&["resources"], "roles"),
    (&["organization_roles"], "roles"),
    (&["organization_scopes"], "roles"),
    (&["user_grants"], "roles"),
    (&["members"], "memberships"),
    (&["register"], "memberships"),
    (&["organization_invitations"], "memberships"),
    (&["organizations", "users"], "memberships"),
    (&["organizations", "applications"], "memberships"),
    (&["users", "organizations"], "memberships"),
    (&["applications", "organizations"], "memberships"),
    (&["service_accounts"], "service-accounts"),
    (&["applications"], "service-accounts"),
    (&["organizations"], "organizations"),
    (&["users"], "users"),
    (&["accounts"], "users"),
    (&["images"], "users"),
];

/// What the paths of a dialect begin with; no file is named by it.
const BASES: [&str; 4] = ["/iam/v1", "/oauth/v2", "/oidc", "/api"];

/// The words of a path: what is no parameter, spelled as files are.
fn words(path: &str) -> Vec<String> {
    let words = path.split('/').filter(|word| !word.is_empty() && !word.starts_with('{'));
    words.map(|word| word.trim_start_matches(['.', '_']).replace('-', "_")).collect()
}

/// The component that a path belongs to.
fn component(path: &str) -> Option<&'static str> {
    let words = words(path);
    let has = |wanted: &[&str]| {
        let mut words = words.iter();
        wanted.iter().all(|wanted| words.any(|word| word == wanted))
    };
    NOUNS.iter().find(|(wanted, _)| has(wanted)).map(|(_, component)| *component)
}

/// Whether a file of this name is one for the path.
fn fits(stem: &str, path: &str) -> bool {
    let below = BASES.iter().find_map(|base| path.strip_prefix(base).filter(|rest| rest.starts_with('/')));
    let words = words(below.unwrap_or(path));
    let ends = [words.len(), words.len().saturating_sub(1)];
    let mut names = ends.iter().flat_map(|end| (0..*end).map(|start| words[start..*end].join("_")));
    names.any(|name| stem.strip_prefix(&name).is_some_and(|rest| rest.is_empty() || rest.starts_with('_')))
}

/// A route, and the file that it stands in.
struct Place<'a> {
    path: &'a str,
    component: &'a str,
    dialect: &'a str,
    stem: &'a str,
}

/// The routes in the tables of components.
fn places(files: &[Source]) -> Vec<Place<'_>> {
    let mut places = Vec::new();
    for file in files {
        let folders: Vec<&str> = file.path.split('/').collect();
        let ["components", component, "src", dialect, _] = folders[..] else { continue };
        for line in file.text.lines() {
            if let Some(path) = line.trim().strip_prefix("path: \"").and_then(|rest| rest.strip_suffix("\",")) {
                places.push(Place { path, component, dialect, stem: file.stem() });
            }
        }
    }
    places
}

/// Asserts that enough of the routes are where the rule says; names the others.
fn check(what: &str, places: &[Place], is_found: impl Fn(&Place) -> bool) {
    let lost = places.iter().filter(|place| !is_found(place));
    let lost: Vec<String> = lost
        .map(|place| format!("{} in {}/{}/{}.rs", place.path, place.component, place.dialect, place.stem))
        .collect();
    let found = places.len() - lost.len();
    assert!(
        found * 100 >= places.len() * WANTED,
        "{what} found by path: {found} of {}, wanted {WANTED} in a hundred. Move or rename by the rule at the head of \
         tests/it/invariants/places.rs: {lost:#?}",
        places.len()
    );
}

#[test]
fn endpoints_are_found_by_their_paths() {
    let files = source::product("components");
    let places = places(&files);
    let tables = COMPONENTS.iter().flat_map(|component| component.tables);
    assert_eq!(places.len(), tables.map(|table| table.routes.len()).sum::<usize>(), "a route is not read");
    check("components", &places, |place| component(place.path) == Some(place.component));
    check("files", &places, |place| fits(place.stem, place.path));
    let tests = source::all("tests/it/wire");
    let tests: BTreeSet<(String, &str)> =
        tests.iter().map(|file| (file.path.rsplit_once('/').unwrap().0.to_owned(), file.stem())).collect();
    check("tests", &places, |place| {
        let folder = format!("tests/it/wire/{}/{}", place.dialect, place.component.replace('-', "_"));
        tests.iter().any(|(at, stem)| *at == folder && fits(stem, place.path))
    });
}

#[test]
fn parts_come_before_the_whole() {
    for (path, wanted) in [
        ("/api/organizations/{id}", Some("organizations")),
        ("/api/organizations/{id}/users", Some("memberships")),
        ("/api/organizations/{id}/users/{user_id}/roles", Some("roles")),
        ("/iam/v1/service-accounts/{id}/api-keys/", Some("keys")),
        ("/oidc/.well-known/openid-configuration", Some("tokens")),
        ("/iam/v1/nothing/", None),
    ] {
        assert_eq!(component(path), wanted, "{path}");
    }
}

#[test]
fn files_are_named_by_the_last_words() {
    let path = "/iam/v1/users/me/notification-preferences/";
    for stem in ["notification_preferences", "me_notification_preferences", "me", "notification_preferences_rules"] {
        assert!(fits(stem, path), "{stem}");
    }
    for stem in ["notifications", "users", "iam", "v1_users", "preferences"] {
        assert!(!fits(stem, path), "{stem}");
    }
    assert!(fits("users_delete", "/api/users/{userId}"));
    assert!(!fits("api_users", "/api/users/{userId}"), "the base is no word");
}

#[test]
#[should_panic(expected = "files found by path: 1 of 2, wanted 95 in a hundred")]
fn a_file_in_the_wrong_place_is_told() {
    let file = |path: &str| Source { path: path.to_owned(), text: "path: \"/api/users\",\n".to_owned() };
    let files = [file("components/users/src/logto/users.rs"), file("components/users/src/logto/people.rs")];
    check("files", &places(&files), |place| fits(place.stem, place.path));
}
