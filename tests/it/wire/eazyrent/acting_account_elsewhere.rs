//! The header `X-Eaz-Account-Id` where there is none in the contract, and strictly where there is.

use iam_tests::{Client, Response, Runtime, Server};
use serde_json::json;

use crate::wire::eazyrent::acting_account::family;
use crate::wire::eazyrent::person::Person;
use crate::wire::eazyrent::upload::{self, PNG};
use crate::wire::shape;

/// An operation, sent with nothing wrong in it.
type Ask = (&'static str, &'static str, &'static str);

/// In the effective organization.
const EFFECTIVE: [Ask; 11] = [
    ("GET", "/iam/v1/organizations/alert-importances/", ""),
    ("PUT", "/iam/v1/organizations/alert-importances/", "[]"),
    ("GET", "/iam/v1/organizations/external-references/", ""),
    ("PUT", "/iam/v1/organizations/external-references/", "{}"),
    ("GET", "/iam/v1/organizations/pairing-code/", ""),
    ("POST", "/iam/v1/organizations/pairing-code/", ""),
    ("POST", "/iam/v1/organizations/accounts/", "{\"name\": \"Linked\"}"),
    ("DELETE", "/iam/v1/organizations/logo/", ""),
    ("POST", "/iam/v1/organizations/join-organization/", "{\"pairing_code\": \"NOBODYS\"}"),
    ("PUT", "/iam/v1/user-grants/999999999999/authorizations/", "{}"),
    ("POST", "/iam/v1/organizations/leave-organization/", ""),
];

/// In the caller's own account.
const OWN: [Ask; 9] = [
    ("GET", "/iam/v1/organizations/me/", ""),
    ("GET", "/iam/v1/organizations/accounts/", ""),
    ("GET", "/iam/v1/user-grants/me/authorizations/", ""),
    ("GET", "/iam/v1/users/me/config/", ""),
    ("PUT", "/iam/v1/users/me/config/", "{\"dark_mode\": true}"),
    ("GET", "/iam/v1/users/me/notification-preferences/", ""),
    ("PUT", "/iam/v1/users/me/notification-preferences/", "{}"),
    ("GET", "/iam/v1/users/me/", ""),
    ("DELETE", "/iam/v1/users/me/avatar/", ""),
];

crate::on_both!(where_the_contract_has_no_header_it_makes_no_difference);
crate::wire::on_own_servers!(strictly_an_account_out_of_reach_is_refused_everywhere);

fn send(client: &Client, (method, path, body): Ask) -> Response {
    client.send(method, path, (!body.is_empty()).then_some("application/json"), body.as_bytes())
}

fn where_the_contract_has_no_header_it_makes_no_difference(server: &Server) {
    let family = family(server);
    let person = Person::seeded(server, &family.network, &["org:admin"]);
    for ask in OWN {
        let own = send(&person.client, ask);
        assert!(own.status < 300, "{ask:?}: {own:?}");
        for account in [family.child, family.insured, family.stranger] {
            let acting = send(&person.client.acting(account), ask);
            assert_eq!((acting.status, acting.json()), (own.status, own.json()), "{ask:?}");
        }
    }
}

fn strictly_an_account_out_of_reach_is_refused_everywhere(runtime: Runtime) {
    let server = Server::start_with(runtime, &[("eazyrent_strict_acting_account", "true")]);
    let family = family(&server);
    let person = Person::seeded(&server, &family.network, &["org:admin"]);
    let out_of_reach = [family.stranger.to_string(), "999999999999".to_owned(), "abc".to_owned(), String::new()];
    for id in &out_of_reach {
        let acting = person.client.acting(id);
        for ask in EFFECTIVE {
            shape::detail(&send(&acting, ask).expect(403));
        }
        shape::detail(
            &upload::post(&acting, crate::wire::eazyrent::organizations::logo::PATH, &[("logo", "image/png", PNG)])
                .expect(403),
        );
        for ask in OWN {
            let answer = send(&acting, ask);
            assert!(answer.status < 300, "{ask:?}: {answer:?}");
        }
    }
    // Within reach all of it is done, and there.
    let acting = person.client.acting(family.child);
    let statuses = EFFECTIVE.map(|ask| send(&acting, ask).status);
    assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 200, 202, 404, 404, 200]);
    let me = person.client.get("/iam/v1/organizations/me/").expect(200).json();
    assert_eq!(me["organization_id"], json!(null));
    // It has left: out of reach from now on.
    shape::detail(&send(&acting, EFFECTIVE[0]).expect(403));
}
