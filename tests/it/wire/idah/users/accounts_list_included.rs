//! Resources that come along: accounts have none (contract, "Index parameters", "accounts.show").

use iam_tests::Server;

use crate::wire::idah::faults;
use crate::wire::idah::users::list_fixtures::Rows;

crate::on_both!(lists_of_accounts_ignore_it, single_accounts_refuse_it, the_standard_name_means_nothing);

fn lists_of_accounts_ignore_it(server: &Server) {
    let rows = Rows::new(server, 2);
    let plain = rows.get("").expect(200).json();
    for query in [
        "included[]=account",
        "included=account",
        "included[]=x&included[]=y",
        "included",
        "included[a]=b",
        "included=",
    ] {
        assert_eq!(rows.get(query).expect(200).json(), plain, "{query}");
    }
}

fn single_accounts_refuse_it(server: &Server) {
    let rows = Rows::new(server, 1);
    for query in ["included[]=account", "included=account", "included[]=x&included[]=y", "included%5B%5D=organizations"]
    {
        let answer = rows.client.get(&format!("/accounts/{}?{query}", rows.ids[0]));
        assert_eq!(faults(&answer), [("/included".to_owned(), "included unauthorized".to_owned())], "{query}");
    }
    // The input is looked at before the row.
    let answer = rows.client.get("/accounts/999999999999?included[]=account");
    assert_eq!(faults(&answer).len(), 1);
}

fn the_standard_name_means_nothing(server: &Server) {
    let rows = Rows::new(server, 1);
    let path = format!("/accounts/{}", rows.ids[0]);
    assert_eq!(rows.client.get(&format!("{path}?include=account")).expect(200).body, rows.client.get(&path).body);
    assert_eq!(rows.list("include=account"), [0]);
}
