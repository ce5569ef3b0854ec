//! Order of lists (contract, "Index parameters").

use iam_tests::Server;
use iam_tests::client::encode;

use crate::wire::idah::unique_email;
use crate::wire::idah::users::list_fixtures::Rows;

crate::on_both!(
    by_texts,
    by_address,
    by_moments_of_the_account,
    by_moments_of_every_principal,
    by_role_and_whether_enabled,
    by_id,
    every_attribute_is_a_key,
    all_keys_count_in_their_order,
    a_table_may_stand_before_the_column,
    no_key_is_the_order_of_ids,
    unknown_and_hidden_columns_are_refused,
);

/// Asserts the order by a key in both directions; the given one is ascending, absent values at its end.
#[track_caller]
fn both_ways(rows: &Rows, key: &str, ascending: &[usize]) {
    let descending: Vec<usize> = ascending.iter().rev().copied().collect();
    assert_eq!(rows.list(&format!("sort={key}")), ascending, "{key}");
    assert_eq!(rows.list(&format!("sort=-{key}")), descending, "-{key}");
}

fn by_texts(server: &Server) {
    let rows = Rows::new(server, 4);
    rows.names(&[Some("cherry"), None, Some("apple"), Some("banana")]);
    both_ways(&rows, "name", &[2, 3, 0, 1]);
    rows.column("sso_channel", &[Some("google"), Some("azure"), None, Some("okta")]);
    both_ways(&rows, "sso_channel", &[1, 0, 3, 2]);
    let picture = |name: &str| format!("https://example.org/{name}.png");
    for (row, name) in [(0, "d"), (1, "b"), (3, "c")] {
        rows.set(row, "avatar_url", picture(name));
    }
    both_ways(&rows, "picture_url", &[1, 3, 0, 2]);
}

fn by_address(server: &Server) {
    let rows = Rows::new(server, 4);
    for (row, local) in [(0, "sorted-c"), (1, "sorted-a"), (3, "sorted-b")] {
        rows.email(row, Some(&unique_email(local)));
    }
    rows.email(2, None);
    both_ways(&rows, "email", &[1, 3, 0, 2]);
}

fn by_moments_of_the_account(server: &Server) {
    let rows = Rows::new(server, 4);
    rows.column("joined_at", &[Some(3000), None, Some(1000), Some(2000)]);
    both_ways(&rows, "joined_at", &[2, 3, 0, 1]);
    rows.column("invitation_expires_at", &[Some(-1000), Some(0), Some(-2000), None]);
    both_ways(&rows, "invitation_expired_at", &[2, 0, 1, 3]);
}

fn by_moments_of_every_principal(server: &Server) {
    let rows = Rows::new(server, 3);
    rows.principals("created_at", &[2000, 3000, 1000]);
    both_ways(&rows, "created_at", &[2, 0, 1]);
    rows.principals("updated_at", &[3000, 1000, 2000]);
    both_ways(&rows, "updated_at", &[1, 2, 0]);
}

fn by_role_and_whether_enabled(server: &Server) {
    let rows = Rows::new(server, 4);
    rows.column("account_role", &[Some("user"), Some("admin"), Some("system"), Some("org_owner")]);
    both_ways(&rows, "role_name", &[1, 3, 2, 0]);
    rows.column("account_role", &[None, Some("system"), Some("user"), Some("admin")]);
    // Never given one is user, and equal ones are in the order of their ids.
    assert_eq!(rows.list("sort=role_name"), [3, 1, 0, 2]);
    rows.seed.set_state(rows.ids[0], "inactive");
    rows.seed.set_state(rows.ids[2], "inactive");
    assert_eq!(rows.list("sort=enabled"), [0, 2, 1, 3]);
    assert_eq!(rows.list("sort=-enabled"), [1, 3, 0, 2]);
}

fn by_id(server: &Server) {
    both_ways(&Rows::new(server, 4), "id", &[0, 1, 2, 3]);
}

fn every_attribute_is_a_key(server: &Server) {
    let rows = Rows::new(server, 2);
    let shown = rows.get("").json();
    let names: Vec<&String> = shown["data"][0]["attributes"].as_object().unwrap().keys().collect();
    assert_eq!(names.len(), 11);
    for name in names {
        for query in [format!("sort={name}"), format!("sort=-{name}")] {
            let mut found = rows.list(&query);
            found.sort_unstable();
            assert_eq!(found, [0, 1], "{query}");
        }
    }
}

fn all_keys_count_in_their_order(server: &Server) {
    let rows = Rows::new(server, 5);
    rows.names(&[Some("b"), Some("a"), Some("b"), None, Some("a")]);
    rows.principals("created_at", &[1000, 2000, 3000, 4000, 5000]);
    for (query, wanted) in [
        ("sort=name,created_at", [1, 4, 0, 2, 3]),
        ("sort=name,-created_at", [4, 1, 2, 0, 3]),
        ("sort=-name,created_at", [3, 0, 2, 1, 4]),
        ("sort=-name,-created_at", [3, 2, 0, 4, 1]),
        ("sort=role_name,-name,-id", [3, 2, 0, 4, 1]),
        ("sort=-created_at,name", [4, 3, 2, 1, 0]),
        ("sort=name%2C-created_at", [4, 1, 2, 0, 3]),
    ] {
        assert_eq!(rows.list(query), wanted, "{query}");
    }
}

fn a_table_may_stand_before_the_column(server: &Server) {
    let rows = Rows::new(server, 3);
    rows.names(&[Some("b"), Some("c"), Some("a")]);
    assert_eq!(rows.list("sort=accounts.name"), [2, 0, 1]);
    assert_eq!(rows.list("sort=-accounts.name"), [1, 0, 2]);
    assert_eq!(rows.list("sort=accounts.role_name,-accounts.id"), [2, 1, 0]);
}

fn no_key_is_the_order_of_ids(server: &Server) {
    assert_eq!(Rows::new(server, 3).list("sort="), [0, 1, 2]);
}

fn unknown_and_hidden_columns_are_refused(server: &Server) {
    let rows = Rows::new(server, 1);
    for key in [
        "nothing",
        "-nothing",
        "name,nothing",
        "accounts.nothing",
        "organizations.name",
        "a.accounts.name",
        "hashed_password",
        "-hashed_password",
        "accounts.hashed_password",
        "password_reset_token",
        "password_reset_token_expires_at",
        "invitation_token",
        "account_role",
        "NAME",
        "--name",
        "name desc",
        "name;DROP TABLE user",
        "(SELECT 1)",
        "1",
        "\u{0}",
        "😀",
    ] {
        let (pointer, _) = rows.fault(&format!("sort={}", encode(key)));
        assert_eq!(pointer, "/sort", "{key}");
    }
}
