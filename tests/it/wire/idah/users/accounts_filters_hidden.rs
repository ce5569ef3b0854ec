//! Filters that there are not, and several of them (contract, "Filters", "accounts.index").

use iam_tests::Server;
use iam_tests::client::encode;

use crate::wire::idah::users::list_fixtures::Rows;

crate::on_both!(undeclared_keys_are_ignored, filter_is_nested, filters_are_anded, nothing_sent_becomes_sql);

fn undeclared_keys_are_ignored(server: &Server) {
    let rows = Rows::new(server, 2);
    for key in [
        "hashed_password",
        "invitation_token",
        "nothing",
        "name__in",
        "name__gte",
        "id__gte",
        "id__nin",
        "enabled__in",
        "joined_at__match",
        "updated_at__gte",
        "sso_channel__match",
        "role_name__match",
        "account_role",
        "NAME",
        "",
        " name",
        "name ",
        "nothing[deep][er]",
        "name]",
    ] {
        for query in [format!("filter[{key}]=x"), format!("filter[{key}]"), format!("filter[{key}][]=x")] {
            if key.is_empty() {
                continue;
            }
            assert_eq!(rows.list(&query.replace(' ', "%20")), [0, 1], "{query}");
        }
    }
    for query in ["nothing=1", "name=x", "id=1", "filters[name]=x", "nothing[a][b][]=1", "[=", "a]b[=1", "&&&", "="] {
        assert_eq!(rows.list(query), [0, 1], "{query}");
    }
}

fn filter_is_nested(server: &Server) {
    let rows = Rows::new(server, 1);
    for query in ["filter=abc", "filter=", "filter[]=abc"] {
        let answer = rows.client.get(&format!("/accounts?{query}"));
        assert_eq!(crate::wire::idah::faults(&answer), [("/filter".into(), "must be a hash".into())], "{query}");
    }
}

fn filters_are_anded(server: &Server) {
    let rows = Rows::new(server, 4);
    rows.names(&[Some("one"), Some("two"), Some("one"), Some("one")]);
    rows.column("sso_channel", &[Some("a"), Some("a"), Some("b"), None]);
    rows.column("account_role", &[Some("admin"), Some("user"), Some("admin"), Some("user")]);
    rows.seed.set_state(rows.ids[2], "inactive");
    for (query, wanted) in [
        ("filter[name]=one&filter[sso_channel]=a", vec![0]),
        ("filter[name]=one&filter[role_name]=admin", vec![0, 2]),
        ("filter[name]=one&filter[role_name]=admin&filter[enabled]=true", vec![0]),
        ("filter[name]=one&filter[sso_channel]", vec![3]),
        ("filter[name__match]=O&filter[name]=two", vec![1]),
        ("filter[name]=one&filter[name__match]=w", vec![]),
        ("filter[role_name__in][]=admin&filter[role_name__nin][]=user&filter[enabled]=f", vec![2]),
        ("filter[role_name__in][]=admin&filter[role_name__nin][]=admin", vec![]),
        ("filter[sso_channel][]=a&filter[sso_channel][]=b&filter[role_name]=user&nothing=1&filter[nothing]=2", vec![1]),
        ("filter[name]=one&filter[with_role_scope][org][]=1", vec![]),
    ] {
        assert_eq!(rows.list(query), wanted, "{query}");
        assert_eq!(rows.list(&query.replace('[', "%5B").replace(']', "%5D")), wanted, "{query}");
        let counted = rows.get(&format!("{query}&count=true&page[size]=1")).json()["meta"]["count"].clone();
        assert_eq!(counted, wanted.len(), "{query}");
    }
}

fn nothing_sent_becomes_sql(server: &Server) {
    let rows = Rows::new(server, 2);
    let odd = [
        "' OR 1=1 --",
        "\"",
        "x'); DROP TABLE user; --",
        "?1",
        "?999",
        ":a",
        "@b",
        "$c",
        "%'",
        "{}",
        "NULL",
        "1; SELECT 1",
    ];
    for key in [
        "name",
        "name__match",
        "email",
        "email__in",
        "role_name",
        "role_name__in",
        "sso_channel",
        "picture_url",
        "password_reset_token",
    ] {
        for text in odd {
            rows.finds(key, text, &[]);
        }
    }
    for text in odd {
        rows.finds("role_name__nin", text, &[0, 1]);
    }
    let odd_key = format!(r#"{{"{}":["1"]}}"#, "a' OR 1=1 --");
    assert_eq!(rows.list(&format!("filter[with_role_scope]={}", encode(&odd_key))), [0; 0]);
    assert_eq!(rows.list(""), [0, 1]);
}
