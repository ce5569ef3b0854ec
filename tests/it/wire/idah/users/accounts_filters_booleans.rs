//! Filter of whether accounts are enabled (contract, "Filters").

use iam_tests::Server;

use crate::wire::idah::users::list_fixtures::Rows;

crate::on_both!(every_spelling, any_of_a_list, nobody_is_neither, other_words_are_refused);

/// Two that are enabled, two that are not.
fn rows(server: &Server) -> Rows {
    let rows = Rows::new(server, 4);
    rows.seed.set_state(rows.ids[1], "inactive");
    rows.seed.set_state(rows.ids[3], "locked");
    rows
}

fn every_spelling(server: &Server) {
    let rows = rows(server);
    for value in ["true", "t", "1"] {
        rows.finds("enabled", value, &[0, 2]);
    }
    for value in ["false", "f", "0"] {
        rows.finds("enabled", value, &[1, 3]);
    }
    // The filter and what is shown are one.
    let body = rows.get("filter[enabled]=false").json();
    let shown: Vec<_> = body["data"].as_array().unwrap().iter().map(|row| &row["attributes"]["enabled"]).collect();
    assert_eq!(shown, [false, false]);
}

fn any_of_a_list(server: &Server) {
    let rows = rows(server);
    rows.finds_any("enabled", &["true", "false"], &[0, 1, 2, 3]);
    rows.finds_any("enabled", &["f"], &[1, 3]);
}

fn nobody_is_neither(server: &Server) {
    assert_eq!(rows(server).list("filter[enabled]"), [0; 0]);
}

fn other_words_are_refused(server: &Server) {
    let rows = rows(server);
    for value in ["maybe", "", "2", "-1", "null", "truee", " ", "\u{0}", "😀"] {
        rows.refuses("enabled", value, "must be a boolean");
    }
    assert_eq!(rows.fault("filter[enabled][]=x"), ("/filter/enabled".into(), "must be a boolean".into()));
    assert_eq!(rows.fault("filter[enabled][a]=true").0, "/filter/enabled");
}
