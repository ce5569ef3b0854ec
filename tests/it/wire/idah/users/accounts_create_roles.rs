//! `POST /accounts`: which role whoever may give.

use iam_domain::params;
use iam_tests::{Client, Server};
use serde_json::json;

use crate::wire::idah::users::fixtures::{create, fault_at, key, made};
use crate::wire::idah::{caller, refusal};
use crate::wire::tenant::unique_email;

crate::on_both!(
    nobody_gives_a_higher_role,
    some_roles_are_given_by_nobody,
    a_role_that_is_null_makes_nothing,
    a_token_of_a_higher_role_does_not_count_any_more,
    a_key_is_as_high_as_an_owner,
);

const ROLES: [&str; 4] = ["user", "org_owner", "admin", "system"];

/// Which of the roles the caller gives; the others are refused without anything made.
#[track_caller]
fn given(server: &Server, client: &Client) -> Vec<&'static str> {
    let gives = |role: &&str| {
        let email = unique_email("role");
        let answer = create(client, json!({ "email": email, "role_name": role }));
        if answer.status == 201 {
            assert_eq!(answer.json()["data"]["attributes"]["role_name"], *role);
            return true;
        }
        fault_at(&answer, "role_name");
        assert_eq!(server.seed().count("SELECT count(*) FROM user WHERE email = ?1", params![email]), 0);
        false
    };
    ROLES.into_iter().filter(gives).collect()
}

fn nobody_gives_a_higher_role(server: &Server) {
    assert_eq!(given(server, &caller(server, "user", &[]).client), ["user"]);
    assert_eq!(given(server, &caller(server, "org_owner", &[]).client), ["user", "org_owner"]);
    assert_eq!(given(server, &caller(server, "admin", &[]).client), ["user", "org_owner", "admin"]);
    assert_eq!(given(server, &caller(server, "system", &[]).client), ROLES);
}

fn some_roles_are_given_by_nobody(server: &Server) {
    for role in ["admin", "system"] {
        let me = caller(server, role, &[]);
        for name in ["api_service", "anonymous", "Admin", "", "api:account_ro_all"] {
            let answer = create(&me.client, json!({ "email": unique_email("nobody"), "role_name": name }));
            fault_at(&answer, "role_name");
        }
    }
}

fn a_role_that_is_null_makes_nothing(server: &Server) {
    let me = caller(server, "admin", &[]);
    let answer = create(&me.client, json!({ "email": unique_email("null"), "role_name": null }));
    assert_eq!(refusal(&answer, 422).0, "Verse::Error::CannotCreateRecord");
    let (_, attributes) = made(&me.client, json!({ "email": unique_email("omitted") }));
    assert_eq!(attributes["role_name"], "user");
}

fn a_token_of_a_higher_role_does_not_count_any_more(server: &Server) {
    let me = caller(server, "admin", &[]);
    server.seed().set_user(me.id, "account_role", "user");
    assert_eq!(given(server, &me.client), ["user"]);
}

fn a_key_is_as_high_as_an_owner(server: &Server) {
    for permission in ["account_rw_all", "org_rw_all"] {
        assert_eq!(given(server, &key(server, &[permission], &[])), ["user", "org_owner"], "{permission}");
    }
    let organization = server.seed().organization("Key");
    assert_eq!(given(server, &key(server, &["org_rw_org"], &[organization])), ["user", "org_owner"]);
    // One that can do no more with accounts than to invite.
    assert_eq!(given(server, &key(server, &["project_rw_org"], &[organization])), ["user"]);
}
