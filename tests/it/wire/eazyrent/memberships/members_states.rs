//! `POST /iam/v1/team/members/{id}/lock/`, `unlock/`, `deactivate/`, `reactivate/`.

use iam_tests::{Response, Server};
use serde_json::json;

use crate::wire::eazyrent::memberships::members_list::PATH;
use crate::wire::eazyrent::people::{
    ME, PASSWORD, Person, activate, age, audit, changed, code, invite, log_in, member, patch, refused,
};
use crate::wire::eazyrent::people::{mails, try_log_in};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    every_cell_of_the_table_of_states,
    a_change_is_answered_as_a_whole_user,
    nobody_does_it_to_oneself,
    who_is_stopped_is_refused_in_the_next_request,
    who_goes_on_again_has_the_same_password_and_roles,
    an_invitation_is_no_good_while_its_owner_is_locked,
    who_was_locked_before_activation_can_be_invited_again,
    unlocking_forgets_failed_logins,
    locking_does_not_stop_the_colleagues,
);

const VERBS: [&str; 4] = ["lock", "unlock", "deactivate", "reactivate"];

fn to(tenant: &Tenant, id: i64, verb: &str) -> Response {
    tenant.admin.post_empty(&format!("{}{verb}/", member(id)))
}

fn every_cell_of_the_table_of_states(server: &Server) {
    let tenant = Tenant::new(server, "Table");
    let id = tenant.seed.user(tenant.organization, &unique_email("table"), &["org:user"]);
    // Afterwards: "" = 400, and as before.
    let table = [
        ("initial", ["LOCKED", "", "", ""]),
        ("active", ["LOCKED", "", "INACTIVE", ""]),
        ("inactive", ["", "", "", "ACTIVE"]),
        ("locked", ["", "ACTIVE", "INACTIVE", ""]),
    ];
    for (from, row) in table {
        for (verb, after) in VERBS.iter().zip(row) {
            tenant.seed.set_state(id, from);
            age(&tenant.seed, id);
            let before = tenant.admin.get(&member(id)).expect(200).json();
            let events = audit(&tenant.seed, id).len();
            let answer = to(&tenant, id, verb);
            let now = tenant.admin.get(&member(id)).expect(200).json();
            if after.is_empty() {
                assert_eq!(answer.status, 400, "{verb} of {from}: {answer:?}");
                shape::detail(&answer);
                assert_eq!((now, audit(&tenant.seed, id).len()), (before, events), "{verb} of {from}");
            } else {
                assert_eq!(answer.status, 200, "{verb} of {from}: {answer:?}");
                let state = json!({"state": format!("USER_STATE_{after}")});
                assert_eq!(answer.json(), changed(&before, &state, &now), "{verb} of {from}");
                let word = match *verb {
                    "lock" => "user.locked",
                    "unlock" => "user.unlocked",
                    "deactivate" => "user.deactivated",
                    _ => "user.reactivated",
                };
                let event = (word.to_owned(), "service_account".to_owned(), Some(tenant.machine.id));
                assert_eq!(audit(&tenant.seed, id)[events..], [event]);
            }
        }
    }
}

fn a_change_is_answered_as_a_whole_user(server: &Server) {
    let tenant = Tenant::new(server, "Whole");
    let email = unique_email("whole");
    let id = tenant.seed.user(tenant.organization, &email, &["org:user"]);
    for (verb, state) in VERBS.iter().zip(["LOCKED", "ACTIVE", "INACTIVE", "ACTIVE"]) {
        let answer = to(&tenant, id, verb).expect(200);
        assert_eq!(answer.header("content-type"), "application/json");
        let now = answer.json();
        let expected = json!({
            "user_type": "Human",
            "first_name": "Test",
            "last_name": "Person",
            "email": email,
            "phone": null,
            "id": id.to_string(),
            "avatar": null,
            "state": format!("USER_STATE_{state}"),
            "config": {
                "email_signature": "",
                "dark_mode": false,
                "property_rent_subscriptions": [],
                "send_notification_by_mail": false,
                "raw_html_email": false,
                "interface_config": null,
            },
            "organization": tenant.view("Whole"),
            "updated_at": shape::moment(&now["updated_at"]),
        });
        assert_eq!(now, expected, "{verb}");
        assert_eq!(tenant.admin.get(PATH).json()[0]["state"], expected["state"], "{verb}");
    }
    // A slash at the end makes no difference.
    tenant.admin.post_empty(&format!("{}lock", member(id))).expect(200);
}

fn nobody_does_it_to_oneself(server: &Server) {
    let tenant = Tenant::new(server, "Oneself");
    let boss = Person::new(server, &tenant, "boss", &["org:admin"]);
    // Somebody else could take over: that is not the reason.
    tenant.seed.user(tenant.organization, &unique_email("heir"), &["org:admin"]);
    for verb in VERBS {
        shape::detail(&boss.client.post_empty(&format!("{}{verb}/", boss.path())).expect(400));
    }
    assert_eq!(boss.client.get(ME).expect(200).json()["state"], json!("USER_STATE_ACTIVE"));
}

fn who_is_stopped_is_refused_in_the_next_request(server: &Server) {
    let tenant = Tenant::new(server, "Stopped");
    // The last administrator is not stopped.
    tenant.seed.user(tenant.organization, &unique_email("remains"), &["org:admin"]);
    let person = Person::new(server, &tenant, "stopped", &["org:admin"]);
    let key = server.client().bearer(&tenant.seed.api_token(person.id));
    for (stop, go_on) in [("lock", "unlock"), ("deactivate", "reactivate")] {
        let login = log_in(server, &person.email, PASSWORD);
        login.get(PATH).expect(200);
        to(&tenant, person.id, stop).expect(200);
        for client in [&login, &key] {
            for path in [ME, PATH, "/iam/v1/organizations/me/", "/iam/v1/users/me/config/"] {
                let answer = client.get(path).expect(401);
                assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"", "{stop}");
                shape::detail(&answer);
            }
            shape::detail(&patch(client, ME, &json!({"first_name": "No"})).expect(401));
            shape::detail(&client.delete(ME).expect(401));
        }
        refused(&try_log_in(server, &person.email, PASSWORD));
        refused(&try_log_in(server, &person.email, "Wrong-pass-1"));
        // It is kept in the list, with its roles.
        assert_eq!(tenant.admin.get(PATH).json().as_array().unwrap().len(), 2);
        to(&tenant, person.id, go_on).expect(200);
        assert_eq!(key.get(ME).expect(200).json()["first_name"], json!("Ada"), "{go_on}");
        // The login has ended, for every API.
        shape::detail(&login.get(ME).expect(401));
        log_in(server, &person.email, PASSWORD).get(ME).expect(200);
    }
}

fn who_goes_on_again_has_the_same_password_and_roles(server: &Server) {
    let tenant = Tenant::new(server, "Same");
    let person = Person::new(server, &tenant, "same", &["org:staff", "document:write"]);
    let grants = format!("/iam/v1/user-grants/{}/authorizations/", person.id);
    let before = tenant.admin.get(&grants).expect(200).json();
    for verb in VERBS {
        to(&tenant, person.id, verb).expect(200);
        assert_eq!(tenant.admin.get(&grants).expect(200).json(), before, "{verb}");
    }
    let client = log_in(server, &person.email, PASSWORD);
    client.get(PATH).expect(200);
    client.post(PATH, &json!({})).expect(403);
}

fn an_invitation_is_no_good_while_its_owner_is_locked(server: &Server) {
    let tenant = Tenant::new(server, "Invited");
    let (id, email) = invite(&tenant, "locked");
    let code = code(&tenant.seed, &email);
    to(&tenant, id, "lock").expect(200);
    shape::detail(&activate(server, &code, PASSWORD).expect(400));
    assert_eq!(tenant.admin.get(&member(id)).json()["state"], json!("USER_STATE_LOCKED"));
    assert_eq!(to(&tenant, id, "unlock").expect(200).json()["state"], json!("USER_STATE_ACTIVE"));
    refused(&try_log_in(server, &email, PASSWORD));
}

fn who_was_locked_before_activation_can_be_invited_again(server: &Server) {
    let tenant = Tenant::new(server, "Unlocked");
    let (id, email) = invite(&tenant, "unlocked");
    to(&tenant, id, "lock").expect(200);
    to(&tenant, id, "unlock").expect(200);
    to(&tenant, id, "resend-invitation").expect(202);
    assert_eq!(mails(&tenant.seed, &email).len(), 2);
    activate(server, &code(&tenant.seed, &email), PASSWORD).expect(200);
    log_in(server, &email, PASSWORD).get(ME).expect(200);
}

fn unlocking_forgets_failed_logins(server: &Server) {
    let tenant = Tenant::new(server, "Forgiven");
    let person = Person::new(server, &tenant, "Forgiven", &["org:user"]);
    crate::wire::eazyrent::logins::token_throttle::fail_often(server, &tenant, &person.email);
    try_log_in(server, &person.email, PASSWORD).expect(429);
    to(&tenant, person.id, "lock").expect(200);
    try_log_in(server, &person.email, PASSWORD).expect(429);
    to(&tenant, person.id, "unlock").expect(200);
    refused(&try_log_in(server, &person.email, "Wrong-pass-1"));
    log_in(server, &person.email, PASSWORD);
}

fn locking_does_not_stop_the_colleagues(server: &Server) {
    let tenant = Tenant::new(server, "Others");
    let [one, other] = ["one", "other"].map(|local| Person::new(server, &tenant, local, &["org:user"]));
    to(&tenant, one.id, "lock").expect(200);
    assert_eq!(other.client.get(ME).expect(200).json()["state"], json!("USER_STATE_ACTIVE"));
    assert_eq!(other.client.get(&one.path()).expect(200).json()["state"], json!("USER_STATE_LOCKED"));
}
