//! Filters of role scopes (contract, "Filters", "accounts.index").

use iam_tests::Server;
use iam_tests::client::encode;
use serde_json::json;

use crate::wire::idah::users::list_fixtures::Rows;

crate::on_both!(
    equal_as_json,
    equal_as_nested_names,
    what_is_shown_finds_its_row,
    every_account_has_one,
    contains_an_organization,
    contains_all_of_several,
    contains_other_parts,
    contains_nested_objects,
    types_of_elements_matter,
    empty_parts,
    what_is_no_object_is_refused,
    objects_have_a_limit_together,
);

const BOTH: [&str; 2] = ["role_scope", "with_role_scope"];

/// 0: nothing, 1: first organization, 2: both, 3: second and a project.
fn scoped(server: &Server) -> (Rows, [i64; 2]) {
    let rows = Rows::new(server, 4);
    let organizations = [rows.seed.organization("First"), rows.seed.organization("Second")];
    for (row, organization) in [(1, 0), (2, 1), (2, 0), (3, 1)] {
        rows.seed.join(organizations[organization], rows.ids[row], "user");
    }
    rows.set(3, "role_scope", r#"{"project":["5","6"]}"#);
    (rows, organizations)
}

fn equal_as_json(server: &Server) {
    let (rows, [first, second]) = scoped(server);
    let (first, second) = (first.to_string(), second.to_string());
    rows.finds("role_scope", "{}", &[0]);
    rows.finds("role_scope", &json!({ "org": [first] }).to_string(), &[1]);
    rows.finds("role_scope", &json!({ "org": [second] }).to_string(), &[]);
    rows.finds("role_scope", &json!({ "org": [second], "project": ["5", "6"] }).to_string(), &[3]);
    // Spaces and the order of names are no part of the value.
    rows.finds("role_scope", &format!(r#" {{ "project" : [ "5","6" ], "org": ["{second}"] }} "#), &[3]);
    rows.finds("role_scope", &json!({ "org": [second], "project": ["5"] }).to_string(), &[]);
    rows.finds("role_scope", &json!({ "project": ["5", "6"] }).to_string(), &[]);
    rows.finds("role_scope", &json!({ "org": [first.parse::<i64>().unwrap()] }).to_string(), &[]);
    rows.finds_any("role_scope", &["{}", &json!({ "org": [first] }).to_string()], &[0, 1]);
    rows.finds("role_scope", &json!({ "org": first }).to_string(), &[]);
}

fn equal_as_nested_names(server: &Server) {
    let (rows, [first, second]) = scoped(server);
    assert_eq!(rows.list(&format!("filter[role_scope][org][]={first}")), [1]);
    let all =
        format!("filter[role_scope][org][]={second}&filter[role_scope][project][]=5&filter[role_scope][project][]=6");
    assert_eq!(rows.list(&all), [3]);
    assert_eq!(rows.list("filter[role_scope][project][]=5"), [0; 0]);
}

fn what_is_shown_finds_its_row(server: &Server) {
    let (rows, _) = scoped(server);
    let body = rows.get("").json();
    for (row, account) in body["data"].as_array().unwrap().iter().enumerate() {
        let shown = &account["attributes"]["role_scope"];
        rows.finds("role_scope", &shown.to_string(), &[row]);
        let contained = rows.list(&format!("filter[with_role_scope]={}", encode(&shown.to_string())));
        assert!(contained.contains(&row), "{shown}");
    }
}

fn every_account_has_one(server: &Server) {
    let (rows, _) = scoped(server);
    assert_eq!(rows.list("filter[role_scope]"), [0; 0]);
}

fn contains_an_organization(server: &Server) {
    let (rows, [first, second]) = scoped(server);
    for (organization, wanted) in [(first, [1, 2]), (second, [2, 3])] {
        for query in [
            format!("filter[with_role_scope][org][]={organization}"),
            format!("filter%5Bwith_role_scope%5D%5Borg%5D%5B%5D={organization}"),
            format!("filter[with_role_scope]={}", encode(&json!({ "org": [organization.to_string()] }).to_string())),
        ] {
            assert_eq!(rows.list(&query), wanted, "{query}");
        }
    }
    assert_eq!(rows.list("filter[with_role_scope][org][]=1"), [0; 0]);
    assert_eq!(rows.list("filter[with_role_scope][org][]=x"), [0; 0]);
    assert_eq!(rows.list(&format!("filter[with_role_scope][ORG][]={first}")), [0; 0]);
}

fn contains_all_of_several(server: &Server) {
    let (rows, [first, second]) = scoped(server);
    let both = format!("filter[with_role_scope][org][]={second}&filter[with_role_scope][org][]={first}");
    assert_eq!(rows.list(&both), [2]);
    let one_unknown = format!("filter[with_role_scope][org][]={second}&filter[with_role_scope][org][]=1");
    assert_eq!(rows.list(&one_unknown), [0; 0]);
    let twice = json!({ "org": [first.to_string(), first.to_string()] });
    rows.finds("with_role_scope", &twice.to_string(), &[1, 2]);
    // Either of two objects.
    let either = [json!({ "org": [first.to_string()] }).to_string(), json!({ "project": ["5"] }).to_string()];
    rows.finds_any("with_role_scope", &[&either[0], &either[1]], &[1, 2, 3]);
}

fn contains_other_parts(server: &Server) {
    let (rows, [first, second]) = scoped(server);
    rows.set(1, "role_scope", r#"{"project":["6"],"level":3,"team":"a'b\"c","on":true,"off":null}"#);
    for (scope, wanted) in [
        (json!({ "project": ["6"] }), vec![1, 3]),
        (json!({ "project": ["5"] }), vec![3]),
        (json!({ "project": ["6", "5"] }), vec![3]),
        (json!({ "project": ["7"] }), vec![]),
        (json!({ "project": "6" }), vec![]),
        (json!({ "level": 3 }), vec![1]),
        (json!({ "level": 4 }), vec![]),
        (json!({ "team": "a'b\"c" }), vec![1]),
        (json!({ "on": true }), vec![1]),
        (json!({ "on": false }), vec![]),
        (json!({ "off": null }), vec![1]),
        (json!({ "on": null }), vec![]),
        (json!({ "missing": null }), vec![]),
        (json!({ "level": 3, "project": ["6"], "org": [first.to_string()] }), vec![1]),
        (json!({ "level": 3, "org": [second.to_string()] }), vec![]),
        (json!({ "project": ["6"], "org": [second.to_string()] }), vec![3]),
    ] {
        rows.finds("with_role_scope", &scope.to_string(), &wanted);
    }
    assert_eq!(rows.list("filter[with_role_scope][project][]=6"), [1, 3]);
}

fn contains_nested_objects(server: &Server) {
    let rows = Rows::new(server, 3);
    rows.set(0, "role_scope", r#"{"a":{"b":{"c":["x","y"],"d":1}},"list":[{"n":1,"m":2},[3,4],"5"]}"#);
    rows.set(1, "role_scope", r#"{"a":{"b":["c"]},"list":[]}"#);
    for (scope, wanted) in [
        (json!({ "a": {} }), vec![0, 1]),
        (json!({ "a": { "b": {} } }), vec![0]),
        (json!({ "a": { "b": [] } }), vec![1]),
        (json!({ "a": { "b": { "c": ["y"] } } }), vec![0]),
        (json!({ "a": { "b": { "c": ["y"], "d": 1 } } }), vec![0]),
        (json!({ "a": { "b": { "c": ["z"] } } }), vec![]),
        (json!({ "a": { "b": { "d": "1" } } }), vec![]),
        (json!({ "b": { "c": ["y"] } }), vec![]),
        (json!({ "list": [{ "n": 1 }] }), vec![0]),
        (json!({ "list": [{ "n": 1, "m": 3 }] }), vec![]),
        (json!({ "list": [[4]] }), vec![0]),
        (json!({ "list": [[3, 4], { "m": 2 }, "5"] }), vec![0]),
        (json!({ "list": [4] }), vec![]),
        (json!({ "list": [] }), vec![0, 1]),
    ] {
        rows.finds("with_role_scope", &scope.to_string(), &wanted);
    }
    assert_eq!(rows.list("filter[with_role_scope][a][b][c][]=x"), [0]);
}

fn types_of_elements_matter(server: &Server) {
    let (rows, [first, _]) = scoped(server);
    rows.finds("with_role_scope", &json!({ "org": [first] }).to_string(), &[]);
    rows.finds("with_role_scope", &json!({ "org": first.to_string() }).to_string(), &[]);
    rows.finds("with_role_scope", &json!({ "org": { "0": first.to_string() } }).to_string(), &[]);
    rows.finds("with_role_scope", &json!({ "project": [5] }).to_string(), &[]);
    rows.finds("with_role_scope", &json!({ "org": [null] }).to_string(), &[]);
    rows.finds("with_role_scope", &json!({ "org": null }).to_string(), &[]);
    // As texts they differ.
    rows.finds("with_role_scope", &json!({ "org": [format!("0{first}")] }).to_string(), &[]);
    rows.finds("with_role_scope", &json!({ "org": [format!("+{first}")] }).to_string(), &[]);
    rows.finds("role_scope", &json!({ "org": [format!("+{first}")] }).to_string(), &[]);
    rows.finds("with_role_scope", &json!({ "org": [format!(" {first}")] }).to_string(), &[]);
}

fn empty_parts(server: &Server) {
    let (rows, _) = scoped(server);
    rows.finds("with_role_scope", "{}", &[0, 1, 2, 3]);
    rows.finds("with_role_scope", r#"{"org":[]}"#, &[1, 2, 3]);
    rows.finds("with_role_scope", r#"{"project":[]}"#, &[3]);
}

fn what_is_no_object_is_refused(server: &Server) {
    let rows = Rows::new(server, 1);
    for key in BOTH {
        for value in
            ["x", "", "[]", r#"["1"]"#, "1", "null", r#""{}""#, "{", r#"{"org":}"#, "{'org':['1']}", "\u{0}", "😀"]
        {
            let (pointer, _) = rows.fault(&format!("filter[{key}]={}", encode(value)));
            assert_eq!(pointer, format!("/filter/{key}"), "{value}");
        }
    }
}

/// Each value becomes a part of the statement, which takes the longer to prepare the more there are.
fn objects_have_a_limit_together(server: &Server) {
    let me = crate::wire::idah::caller(server, "user", &[]);
    let object = |values: usize| {
        let values: serde_json::Map<_, _> = (1..values).map(|key| (key.to_string(), json!(key))).collect();
        encode(&json!(values).to_string())
    };
    for filter in BOTH {
        let ask = |objects: &[usize]| {
            let list: Vec<String> =
                objects.iter().map(|values| format!("filter[{filter}][]={}", object(*values))).collect();
            me.client.get(&format!("/accounts?{}", list.join("&")))
        };
        for good in [&[64][..], &[32, 32], &[1; 64]] {
            ask(good).expect(200);
        }
        for bad in [&[64, 64][..], &[32, 33], &[1; 65]] {
            let found = crate::wire::idah::faults(&ask(bad));
            let wanted = (format!("/filter/{filter}"), "must be an array of at most 64 values".to_owned());
            assert_eq!(found, [wanted]);
        }
    }
}
