//! `PUT /api/organization-invitations/{id}/status`.

use iam_domain::params;
use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use crate::wire::logto::memberships::fixtures::{Invited, path};
use crate::wire::logto::put;
use crate::wire::tenant::unique_email;

crate::on_both!(
    accepting_makes_a_member_with_the_roles,
    accepting_adds_to_what_is_held,
    revoking_ends_an_invitation,
    what_is_no_status_is_refused,
    who_accepts_must_be_named,
    who_accepts_must_exist,
    who_accepts_must_have_the_address,
    what_has_ended_stays_as_it_is,
    a_role_that_has_become_one_of_machines_is_not_given,
    accepting_happens_once_however_many_ask,
);

fn set(client: &Client, invitation: &Value, body: &Value) -> Response {
    put(client, &format!("{}/status", path(invitation)), body)
}

fn accepted_by(person: i64) -> Value {
    json!({"status": "Accepted", "acceptedUserId": person.to_string()})
}

/// Makes the invitation look unchanged since it was made, long ago.
fn age(place: &Invited, invitation: &Value) -> Value {
    let id: i64 = invitation["id"].as_str().unwrap().parse().unwrap();
    place.seed.run("UPDATE invitation SET created_at = 1, updated_at = 1 WHERE id = ?1", params![id]);
    place.manager.get(&path(invitation)).expect(200).json()
}

/// `before` with this status and person, changed later.
#[track_caller]
fn ended(before: &Value, status: &str, person: Option<i64>, now: &Value) -> Value {
    let mut view = before.clone();
    view["status"] = json!(status);
    view["acceptedUserId"] = json!(person.map(|id| id.to_string()));
    assert!(now["updatedAt"].as_i64().unwrap() > 1, "{now}");
    view["updatedAt"] = now["updatedAt"].clone();
    view
}

fn accepting_makes_a_member_with_the_roles(server: &Server) {
    let place = Invited::new(server, "Accepted");
    let email = unique_email("accepts");
    let person = place.person(&email);
    let mut roles = [place.role("one", "user").0, place.role("two", "user").0];
    roles.sort_unstable();
    let ids = roles.map(|role| role.to_string());
    let made = age(&place, &place.invite(&email.to_uppercase(), &json!({"organizationRoleIds": ids})));
    let now = set(&place.manager, &made, &accepted_by(person)).expect(200).json();
    assert_eq!(now, ended(&made, "Accepted", Some(person), &now));
    assert_eq!(place.manager.get(&path(&made)).expect(200).json(), now);
    assert_eq!(place.membership(person).as_deref(), Some("active"));
    assert_eq!(place.held(person), roles);
    let list = place.manager.get(&format!("/api/organizations/{}/users", place.organization)).expect(200).json();
    assert_eq!((list.as_array().unwrap().len(), &list[0]["id"]), (1, &json!(person.to_string())));
    assert_eq!(list[0]["organizationRoles"], made["organizationRoles"]);
    let events = "SELECT action FROM audit_event WHERE organization_id = ?1 ORDER BY at";
    assert_eq!(place.seed.texts(events, params![place.organization]), ["invitation.created", "invitation.accepted"]);
    let sql = "SELECT count(*) FROM invitation WHERE organization_id = ?1 AND accepted_at IS NOT NULL";
    assert_eq!(place.seed.count(sql, params![place.organization]), 1);
}

fn accepting_adds_to_what_is_held(server: &Server) {
    let place = Invited::new(server, "Held");
    let email = unique_email("held");
    let person = place.person(&email);
    let (old, both, new) = (place.role("a", "user").0, place.role("b", "user").0, place.role("c", "user").0);
    let invited = json!({"organizationRoleIds": [both.to_string(), new.to_string()]});
    let made = place.invite(&email, &invited);
    // Has come in otherwise meanwhile.
    place.seed.join(place.organization, person, "user");
    let roles = format!("/api/organizations/{}/users/{person}/roles", place.organization);
    let body = json!({"organizationRoleIds": [old.to_string(), both.to_string()]});
    place.manager.post(&roles, &body).expect(201);
    let sql = "SELECT created_at FROM membership WHERE organization_id = ?1 AND principal_id = ?2";
    let since = place.seed.count(sql, params![place.organization, person]);
    set(&place.manager, &made, &accepted_by(person)).expect(200);
    let mut wanted = vec![old, both, new];
    wanted.sort_unstable();
    assert_eq!(place.held(person), wanted);
    assert_eq!(place.seed.count(sql, params![place.organization, person]), since);
}

fn revoking_ends_an_invitation(server: &Server) {
    let place = Invited::new(server, "Revoked");
    let email = unique_email("revoked");
    let person = place.person(&email);
    for more in [json!({}), json!({"acceptedUserId": person.to_string()}), json!({"acceptedUserId": null})] {
        let made = age(&place, &place.invite(&email, &json!({})));
        let mut body = json!({"status": "Revoked"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let now = set(&place.manager, &made, &body).expect(200).json();
        assert_eq!(now, ended(&made, "Revoked", None, &now));
        assert_eq!(place.manager.get(&path(&made)).expect(200).json(), now);
    }
    assert_eq!(place.membership(person), None);
}

fn what_is_no_status_is_refused(server: &Server) {
    let place = Invited::new(server, "Statuses");
    let made = place.invite(&unique_email("status"), &json!({}));
    let mut bodies = vec![json!({}), json!([]), json!({"status": "Revoked", "acceptedUserId": 1})];
    for status in [json!(null), json!(1), json!(""), json!("Pending"), json!("Expired"), json!("accepted"), json!("x")]
    {
        bodies.push(json!({"status": status, "acceptedUserId": "123456789012"}));
    }
    for body in &bodies {
        place.refuses(|manager| set(manager, &made, body), 400, "guard.invalid_input");
    }
}

fn who_accepts_must_be_named(server: &Server) {
    let place = Invited::new(server, "Unnamed");
    let made = place.invite(&unique_email("unnamed"), &json!({}));
    for body in [
        json!({"status": "Accepted"}),
        json!({"status": "Accepted", "acceptedUserId": null}),
        json!({"status": "Accepted", "acceptedUserId": ""}),
    ] {
        place.refuses(|manager| set(manager, &made, &body), 422, "request.invalid_input");
    }
}

fn who_accepts_must_exist(server: &Server) {
    let place = Invited::new(server, "Nobody");
    let made = place.invite(&unique_email("nobody"), &json!({}));
    let machine = place.seed.machine(place.organization, &[]).id.to_string();
    for id in ["999999999999", "0", "x", &machine] {
        let body = json!({"status": "Accepted", "acceptedUserId": id});
        place.refuses(|manager| set(manager, &made, &body), 404, "entity.not_found");
    }
}

fn who_accepts_must_have_the_address(server: &Server) {
    let place = Invited::new(server, "Addresses");
    let email = unique_email("address");
    let made = place.invite(&email, &json!({}));
    let other = place.person(&unique_email("other"));
    let nameless = place.person(&unique_email("nameless"));
    place.seed.run("UPDATE user SET email = NULL, email_key = NULL WHERE id = ?1", params![nameless]);
    for person in [other, nameless] {
        place.refuses(|manager| set(manager, &made, &accepted_by(person)), 422, "request.invalid_input");
        assert_eq!(place.membership(person), None);
    }
    set(&place.manager, &made, &accepted_by(place.person(&email))).expect(200);
}

fn what_has_ended_stays_as_it_is(server: &Server) {
    let place = Invited::new(server, "Ended");
    let email = unique_email("ended");
    let person = place.person(&email);
    let both = [json!({"status": "Revoked"}), accepted_by(person)];
    let refuse = |made: &Value| {
        for body in &both {
            place.refuses(|manager| set(manager, made, body), 422, "request.invalid_input");
        }
    };
    let overdue = place.invite(&email, &json!({}));
    place.let_end(&overdue);
    refuse(&overdue);
    assert_eq!(place.manager.get(&path(&overdue)).expect(200).json()["status"], json!("Expired"));
    let revoked = place.invite(&email, &json!({}));
    set(&place.manager, &revoked, &both[0]).expect(200);
    refuse(&revoked);
    assert_eq!(place.membership(person), None);
    let accepted = place.invite(&email, &json!({}));
    set(&place.manager, &accepted, &both[1]).expect(200);
    refuse(&accepted);
}

fn a_role_that_has_become_one_of_machines_is_not_given(server: &Server) {
    let place = Invited::new(server, "Changed");
    let email = unique_email("changed");
    let person = place.person(&email);
    let (role, kept) = (place.role("changed", "user").0, place.role("kept", "user").0);
    let made = place.invite(&email, &json!({"organizationRoleIds": [role.to_string(), kept.to_string()]}));
    place.seed.run("UPDATE role SET principal_kind = 'service_account' WHERE id = ?1", params![role]);
    place.refuses(|manager| set(manager, &made, &accepted_by(person)), 422, "entity.db_constraint_violated");
    // One that is gone is not missed.
    place.seed.run("DELETE FROM role WHERE id = ?1", params![role]);
    set(&place.manager, &made, &accepted_by(person)).expect(200);
    assert_eq!(place.held(person), [kept]);
}

fn accepting_happens_once_however_many_ask(server: &Server) {
    let place = Invited::new(server, "Together");
    let email = unique_email("together");
    let person = place.person(&email);
    let role = place.role("together", "user").0;
    let made = place.invite(&email, &json!({"organizationRoleIds": [role.to_string()]}));
    let mut statuses: Vec<u16> = std::thread::scope(|scope| {
        let ask = || {
            let client = place.manager.clone();
            let made = &made;
            scope.spawn(move || set(&client, made, &accepted_by(person)).status)
        };
        let asked: Vec<_> = (0..6).map(|_| ask()).collect();
        asked.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422, 422, 422, 422, 422]);
    assert_eq!(place.held(person), [role]);
}
