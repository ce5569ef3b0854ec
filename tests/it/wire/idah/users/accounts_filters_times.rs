//! Filters of moments (contract, "Filters", "Timestamps", "accounts.index").

use iam_domain::crypto::secret::sha256;
use iam_domain::params;
use iam_tests::Server;

use crate::wire::idah::users::list_fixtures::Rows;

crate::on_both!(
    every_form_finds_the_moment,
    fractions_are_exact,
    what_is_shown_finds_its_row,
    bounds_are_inclusive,
    days_begin_at_midnight,
    a_bare_key_finds_who_has_not_joined,
    any_of_a_list,
    moments_of_every_principal,
    ends_of_invitations,
    ends_of_codes_for_passwords,
    what_is_no_moment_is_refused,
);

/// 2026-01-14T10:23:18Z.
const MOMENT: i64 = 1_768_386_198_000;
const DAY: i64 = 86_400_000;

fn every_form_finds_the_moment(server: &Server) {
    let rows = Rows::new(server, 3);
    rows.column("joined_at", &[Some(MOMENT), Some(MOMENT + 1000), Some(MOMENT - 1000)]);
    for form in [
        "2026-01-14T10:23:18Z",
        "2026-01-14T10:23:18.000Z",
        "2026-01-14T11:23:18+01:00",
        "2026-01-14T04:53:18-05:30",
        "2026-01-14 10:23:18",
        "2026-01-14 10:23:18 +0000",
        "2026-01-14 12:23:18 +0200",
        "2026-01-14T10:23:18+00:00",
    ] {
        rows.finds("joined_at", form, &[0]);
        rows.finds("joined_at__gte", form, &[0, 1]);
        rows.finds("joined_at__lte", form, &[0, 2]);
    }
}

fn fractions_are_exact(server: &Server) {
    let rows = Rows::new(server, 2);
    rows.column("joined_at", &[Some(MOMENT + 250), Some(MOMENT + 251)]);
    rows.finds("joined_at", "2026-01-14T10:23:18.250Z", &[0]);
    rows.finds("joined_at__gte", "2026-01-14T10:23:18.251Z", &[1]);
    rows.finds("joined_at__lte", "2026-01-14T10:23:18.250Z", &[0]);
}

fn what_is_shown_finds_its_row(server: &Server) {
    let rows = Rows::new(server, 2);
    rows.column("joined_at", &[Some(MOMENT + 999), Some(MOMENT + 1000)]);
    rows.principals("created_at", &[MOMENT + 1, MOMENT - 1]);
    rows.principals("updated_at", &[MOMENT + 500, MOMENT + 1500]);
    let body = rows.get("").json();
    let shown = |name: &str| body["data"][0]["attributes"][name].as_str().unwrap().to_owned();
    assert_eq!(shown("joined_at"), "2026-01-14T10:23:18Z");
    for name in ["joined_at", "created_at", "updated_at"] {
        rows.finds(name, &shown(name), &[0]);
    }
    rows.finds("joined_at__lte", &shown("joined_at"), &[0]);
    rows.finds("created_at__gte", &shown("created_at"), &[0]);
}

fn bounds_are_inclusive(server: &Server) {
    let rows = Rows::new(server, 4);
    rows.column("joined_at", &[Some(MOMENT), Some(MOMENT + DAY), Some(MOMENT + 2 * DAY), None]);
    rows.finds("joined_at__gte", "2026-01-15T10:23:18Z", &[1, 2]);
    rows.finds("joined_at__gte", "2026-01-15T10:23:19Z", &[2]);
    rows.finds("joined_at__lte", "2026-01-15T10:23:18Z", &[0, 1]);
    rows.finds("joined_at__lte", "2026-01-15T10:23:17Z", &[0]);
    let both = "filter[joined_at__gte]=2026-01-15T10:23:18Z&filter[joined_at__lte]=2026-01-15T10:23:18Z";
    assert_eq!(rows.list(both), [1]);
    let none = "filter[joined_at__gte]=2026-01-16&filter[joined_at__lte]=2026-01-15";
    assert_eq!(rows.list(none), [0; 0]);
    rows.principals("created_at", &[MOMENT + 3 * DAY, MOMENT, MOMENT - DAY, MOMENT + DAY]);
    rows.finds("created_at__gte", "2026-01-14 10:23:18", &[0, 1, 3]);
    rows.finds("created_at__lte", "2026-01-14 10:23:18", &[1, 2]);
    // Long ago and far away are moments, too.
    rows.finds("created_at__gte", "0001-01-01T00:00:00Z", &[0, 1, 2, 3]);
    rows.finds("created_at__lte", "9998-12-31T00:00:00Z", &[0, 1, 2, 3]);
}

fn days_begin_at_midnight(server: &Server) {
    let rows = Rows::new(server, 2);
    let midnight = 1_768_348_800_000;
    rows.column("joined_at", &[Some(midnight), Some(MOMENT)]);
    rows.finds("joined_at", "2026-01-14", &[0]);
    rows.finds("joined_at__gte", "2026-01-14", &[0, 1]);
    rows.finds("joined_at__gte", "2026-01-15", &[]);
    rows.finds("joined_at__lte", "2026-01-15", &[0, 1]);
    rows.finds("joined_at__lte", "2026-01-13", &[]);
}

fn a_bare_key_finds_who_has_not_joined(server: &Server) {
    let rows = Rows::new(server, 3);
    rows.column("joined_at", &[Some(MOMENT), None, None]);
    assert_eq!(rows.list("filter[joined_at]"), [1, 2]);
    assert_eq!(rows.list("filter%5Bjoined_at%5D"), [1, 2]);
    assert_eq!(rows.list("filter[joined_at]&count=true"), [1, 2]);
}

fn any_of_a_list(server: &Server) {
    let rows = Rows::new(server, 3);
    rows.column("joined_at", &[Some(MOMENT), Some(MOMENT + DAY), Some(MOMENT + 2 * DAY)]);
    rows.finds_any("joined_at", &["2026-01-14T10:23:18Z", "2026-01-16 10:23:18"], &[0, 2]);
    rows.finds_any("joined_at", &["2026-01-15T10:23:18Z"], &[1]);
}

fn moments_of_every_principal(server: &Server) {
    let rows = Rows::new(server, 2);
    rows.principals("created_at", &[MOMENT, MOMENT + DAY]);
    rows.principals("updated_at", &[MOMENT + DAY, MOMENT]);
    rows.finds("created_at", "2026-01-14T10:23:18Z", &[0]);
    rows.finds("updated_at", "2026-01-14T10:23:18Z", &[1]);
    assert_eq!(rows.list("filter[created_at]"), [0; 0]);
    assert_eq!(rows.list("filter[updated_at]"), [0; 0]);
}

fn ends_of_invitations(server: &Server) {
    let rows = Rows::new(server, 3);
    rows.column("invitation_expires_at", &[None, Some(MOMENT), Some(MOMENT + DAY)]);
    rows.finds("invitation_expired_at", "2026-01-15T10:23:18Z", &[2]);
    assert_eq!(rows.list("filter[invitation_expired_at]"), [0]);
}

/// Both columns are hidden, and are filters nevertheless.
fn ends_of_codes_for_passwords(server: &Server) {
    let rows = Rows::new(server, 3);
    let token = "0123456789abcdef".repeat(4) + &rows.ids[1].to_string();
    rows.seed.run(
        "INSERT INTO one_time_code (hash, purpose, principal_id, expires_at, created_at) \
         VALUES (?1, 'password_reset', ?2, ?3, 0)",
        params![sha256(&token), rows.ids[1], MOMENT],
    );
    rows.finds("password_reset_token", &token, &[1]);
    rows.finds("password_reset_token", &token.to_uppercase(), &[]);
    rows.finds_any("password_reset_token", &["x", &token], &[1]);
    assert_eq!(rows.list("filter[password_reset_token]"), [0, 2]);
    rows.finds("password_reset_token_expires_at", "2026-01-14T10:23:18Z", &[1]);
    rows.finds("password_reset_token_expires_at", "2026-01-14T10:23:19Z", &[]);
    assert_eq!(rows.list("filter[password_reset_token_expires_at]"), [0, 2]);
    assert!(!rows.get("filter[password_reset_token]=x").body.contains("password_reset_token"));
}

fn what_is_no_moment_is_refused(server: &Server) {
    let rows = Rows::new(server, 1);
    for value in
        ["x", "", "now", "2026-13-01", "2026-02-30", "25:00", "1768386198", "99999-01-01", "\u{0}", "😀", "2026"]
    {
        rows.refuses("joined_at", value, "must be a datetime");
    }
    for key in [
        "joined_at__gte",
        "joined_at__lte",
        "invitation_expired_at",
        "created_at",
        "created_at__gte",
        "created_at__lte",
        "updated_at",
        "password_reset_token_expires_at",
    ] {
        rows.refuses(key, "yesterday", "must be a datetime");
    }
    assert_eq!(rows.fault("filter[joined_at][]=x"), ("/filter/joined_at".into(), "must be a datetime".into()));
}
