//! Filters of lists and of ids (contract, "Filters", "accounts.index").

use iam_tests::Server;

use crate::wire::idah::users::list_fixtures::Rows;
use crate::wire::idah::{ids, unique_email};

crate::on_both!(
    ids_are_numbers,
    ids_of_a_list,
    addresses_of_a_list,
    roles_of_a_list,
    roles_left_out,
    as_the_web_app_asks,
    one_value_is_split_at_commas,
    what_is_no_number_is_refused,
);

fn ids_are_numbers(server: &Server) {
    let rows = Rows::new(server, 3);
    let texts: Vec<String> = rows.ids.iter().map(ToString::to_string).collect();
    rows.finds("id", &texts[1], &[1]);
    rows.finds_any("id", &[&texts[2], &texts[0]], &[0, 2]);
    rows.finds("id", "1", &[]);
    rows.finds("id", "-1", &[]);
    rows.finds("id", "9223372036854775807", &[]);
}

fn ids_of_a_list(server: &Server) {
    let rows = Rows::new(server, 3);
    let (first, last) = (rows.ids[0], rows.ids[2]);
    for query in [
        format!("filter[id__in][]={last}&filter[id__in][]={first}"),
        format!("filter[id__in][]={first}&filter[id__in][]={last}&filter[id__in][]={first}&filter[id__in][]=7"),
        format!("filter%5Bid__in%5D%5B%5D={first}&filter%5Bid__in%5D%5B%5D={last}"),
        format!("filter[id__in]={first},{last}"),
        format!("filter[id__in]={first}%2C{last}"),
    ] {
        assert_eq!(ids(&rows.client.get(&format!("/accounts?{query}"))), [first, last], "{query}");
    }
    assert_eq!(ids(&rows.client.get(&format!("/accounts?filter[id__in]={last}"))), [last]);
    assert_eq!(ids(&rows.client.get("/accounts?filter[id__in][]=7")), [0; 0]);
}

fn addresses_of_a_list(server: &Server) {
    let rows = Rows::new(server, 3);
    let emails = [unique_email("In.One"), unique_email("in.two")];
    rows.email(0, Some(&emails[0]));
    rows.email(2, Some(&emails[1]));
    rows.finds_any("email__in", &[&emails[0], &emails[1], "nobody@example.org"], &[0, 2]);
    rows.finds_any("email__in", &[&emails[0].to_lowercase()], &[]);
    rows.finds("email__in", &emails[1], &[2]);
    rows.finds("email__in", &emails.join(","), &[0, 2]);
}

fn roles_of_a_list(server: &Server) {
    let rows = roles(server);
    rows.finds_any("role_name__in", &["admin", "system"], &[1, 2]);
    rows.finds_any("role_name__in", &["user"], &[0, 4]);
    rows.finds_any("role_name__in", &["nothing"], &[]);
    rows.finds("role_name__in", "org_owner", &[3]);
    rows.finds("role_name__in", "org_owner,user", &[0, 3, 4]);
}

fn roles_left_out(server: &Server) {
    let rows = roles(server);
    rows.finds_any("role_name__nin", &["system", "admin"], &[0, 3, 4]);
    rows.finds_any("role_name__nin", &["user"], &[1, 2, 3]);
    rows.finds_any("role_name__nin", &["nothing"], &[0, 1, 2, 3, 4]);
    rows.finds_any("role_name__nin", &["USER"], &[0, 1, 2, 3, 4]);
    rows.finds("role_name__nin", "system", &[0, 1, 3, 4]);
    rows.finds("role_name__nin", "user,system", &[1, 3]);
}

fn as_the_web_app_asks(server: &Server) {
    let rows = roles(server);
    rows.set(1, "account_role", "api_service");
    let query = "filter%5Brole_name__nin%5D%5B%5D=system&filter%5Brole_name__nin%5D%5B%5D=api_service";
    assert_eq!(rows.list(query), [0, 3, 4]);
    let query = "filter%5Brole_name__in%5D%5B%5D=org_owner&filter%5Brole_name__in%5D%5B%5D=user&sort=-id&count=true";
    assert_eq!(rows.list(query), [4, 3, 0]);
}

/// `user`, `admin`, `system`, `org_owner`, never given one.
fn roles(server: &Server) -> Rows {
    let rows = Rows::new(server, 5);
    rows.column("account_role", &[Some("user"), Some("admin"), Some("system"), Some("org_owner"), None]);
    rows
}

fn one_value_is_split_at_commas(server: &Server) {
    let rows = Rows::new(server, 2);
    rows.finds("email__in", "a@example.org,b@example.org", &[]);
    let both = format!("filter[id__in]={},{}", rows.ids[0], rows.ids[1]);
    assert_eq!(ids(&rows.client.get(&format!("/accounts?{both}"))), rows.ids);
    // An item of a list is not.
    let both = format!("/accounts?filter[id__in][]={},{}", rows.ids[0], rows.ids[1]);
    assert_eq!(
        crate::wire::idah::faults(&rows.client.get(&both)),
        [("/filter/id__in".into(), "must be an integer".into())]
    );
}

fn what_is_no_number_is_refused(server: &Server) {
    let rows = Rows::new(server, 1);
    for value in
        ["x", "1.5", "99999999999999999999", "-9223372036854775809", "0x10", "1 OR 1=1", "", "\u{0}", "😀", "1e3"]
    {
        rows.refuses("id", value, "must be an integer");
    }
    for query in ["filter[id][]=x", "filter[id][]=1&filter[id][]=x"] {
        assert_eq!(rows.fault(query), ("/filter/id".into(), "must be an integer".into()), "{query}");
    }
    for query in ["filter[id__in][]=x", "filter[id__in]=1,x", "filter[id__in]=x"] {
        let answer = rows.client.get(&format!("/accounts?{query}"));
        assert_eq!(
            crate::wire::idah::faults(&answer),
            [("/filter/id__in".into(), "must be an integer".into())],
            "{query}"
        );
    }
    // Each filter is told of.
    let answer = rows.client.get("/accounts?filter[id]=x&filter[enabled]=x&filter[joined_at]=x");
    let mut pointers: Vec<String> =
        crate::wire::idah::faults(&answer).into_iter().map(|(pointer, _)| pointer).collect();
    pointers.sort();
    assert_eq!(pointers, ["/filter/enabled", "/filter/id", "/filter/joined_at"]);
}
