//! Counts of lists (contract, "Index parameters").

use iam_domain::clock::{Clock, SystemClock};
use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::idah::users::list_fixtures::Rows;
use crate::wire::idah::{caller, ids, number};

crate::on_both!(
    without_count_meta_is_empty,
    words_for_yes_and_no,
    other_words_are_refused,
    rows_from_the_page_on,
    no_more_than_1000_are_counted
);

fn without_count_meta_is_empty(server: &Server) {
    assert_eq!(Rows::new(server, 1).get("").json()["meta"], json!({}));
}

fn words_for_yes_and_no(server: &Server) {
    let rows = Rows::new(server, 2);
    for word in ["true", "t", "y", "yes"] {
        assert_eq!(meta(&rows, &format!("count={word}")), json!({ "count": 2, "more": false }), "{word}");
    }
    for word in ["false", "f", "n", "no"] {
        assert_eq!(meta(&rows, &format!("count={word}")), json!({}), "{word}");
    }
}

fn other_words_are_refused(server: &Server) {
    let rows = Rows::new(server, 1);
    for query in
        ["count=1", "count=0", "count=maybe", "count=", "count[]=true", "count[a]=true", "count=2", "count=%00"]
    {
        assert_eq!(rows.fault(query), ("/count".into(), "must be a boolean".into()), "{query}");
    }
}

fn rows_from_the_page_on(server: &Server) {
    let rows = Rows::new(server, 5);
    for (query, wanted) in [
        ("", 5),
        ("page[size]=2", 5),
        ("page[size]=2&page[number]=2", 5),
        ("page[size]=2&page[number]=3", 5),
        // Nothing from there on: just what was skipped.
        ("page[size]=2&page[number]=4", 6),
        ("page[size]=5&page[number]=2", 5),
    ] {
        assert_eq!(meta(&rows, &format!("count=true&{query}")), json!({ "count": wanted, "more": false }), "{query}");
    }
    rows.column("sso_channel", &[Some("counted"), None, Some("counted"), None, None]);
    for (query, wanted) in
        [("filter[sso_channel]=counted", 2), ("filter[sso_channel]", 3), ("filter[sso_channel]=x", 0)]
    {
        assert_eq!(meta(&rows, &format!("count=yes&{query}")), json!({ "count": wanted, "more": false }), "{query}");
    }
}

fn meta(rows: &Rows, query: &str) -> Value {
    rows.get(query).expect(200).json()["meta"].clone()
}

/// Accounts of the organization, its owner included.
const CROWD: i64 = 1206;

fn no_more_than_1000_are_counted(server: &Server) {
    let seed = server.seed();
    let organization = seed.organization("Crowd");
    let owner = caller(server, "org_owner", &[organization]);
    crowd(server, organization);
    let page = |query: &str| {
        let answer = owner.client.get(&format!("/accounts?count=true&fields[iam:accounts]=&{query}"));
        (ids(&answer).len(), answer.json()["meta"].clone())
    };
    for (query, rows, count, more) in [
        ("", 1000, 1000, true),
        ("page[number]=2", 206, 1206, false),
        ("page[number]=3", 0, 2000, false),
        ("page[size]=1", 1, 1000, true),
        ("page[size]=100&page[number]=2", 100, 1100, true),
        // Just 1000 from there on, which is where counting stops.
        ("page[size]=103&page[number]=3", 103, 1206, true),
        ("page[size]=207&page[number]=2", 207, 1206, false),
        ("page[size]=999", 999, 1000, true),
    ] {
        assert_eq!(page(query), (rows, json!({ "count": count, "more": more })), "{query}");
    }
    // Pages are of one list: nobody twice, nobody left out.
    let mut all: Vec<i64> =
        (1..=2).flat_map(|page| ids(&owner.client.get(&format!("/accounts?page[number]={page}")))).collect();
    assert!(all.is_sorted());
    all.dedup();
    assert_eq!(i64::try_from(all.len()).unwrap(), CROWD);
}

/// As many members as make the organization a crowd, without a role of their own.
fn crowd(server: &Server, organization: i64) {
    let (seed, now) = (server.seed(), SystemClock.now());
    // Ids of principals have 12 digits, and none of these must be anybody's.
    let first = number();
    let numbers =
        format!("WITH RECURSIVE n(id) AS (SELECT ?1 UNION ALL SELECT id + 1 FROM n WHERE id < ?1 + {})", CROWD - 2);
    seed.run(
        &format!(
            "{numbers} INSERT INTO principal (id, kind, state, created_at, updated_at) \
             SELECT id, 'user', 'active', ?2, ?2 FROM n"
        ),
        params![first, now],
    );
    seed.run(&format!("{numbers} INSERT INTO user (id, display_name) SELECT id, 'Crowd' FROM n"), params![first]);
    seed.run(
        &format!(
            "{numbers} INSERT INTO membership (organization_id, principal_id, kind, created_at, updated_at) \
             SELECT ?3, id, 'user', ?2, ?2 FROM n"
        ),
        params![first, now, organization],
    );
}
