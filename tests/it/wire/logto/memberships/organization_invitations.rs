//! `/api/organization-invitations`: made, found, removed.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::logto::memberships::fixtures::{DAY, INVITATIONS, Invited, now, path, unique};
use crate::wire::logto::{code, empty};
use crate::wire::tenant::unique_email;

crate::on_both!(
    an_invitation_is_shown_as_it_was_made,
    the_least_and_the_most_that_is_taken,
    what_is_no_invitation_is_refused,
    the_end_must_lie_in_the_future,
    who_is_a_member_is_not_invited,
    an_address_is_invited_once_at_a_time,
    an_overdue_invitation_is_not_in_the_way,
    what_is_referred_to_must_exist,
    roles_of_machines_are_refused,
    what_is_not_there_is_not_found,
    what_is_deleted_is_gone,
);

fn an_invitation_is_shown_as_it_was_made(server: &Server) {
    let place = Invited::new(server, "Shown");
    let host = place.person(&unique_email("inviter"));
    let (last, first) = (place.role("z", "user"), place.role("a", "user"));
    let (invitee, expires_at) = (unique_email("In.Vited"), now() + DAY);
    let made = place.invite(
        &invitee,
        &json!({
            "inviterId": host.to_string(),
            "expiresAt": expires_at,
            "organizationRoleIds": [last.0.to_string(), first.0.to_string(), last.0.to_string()],
            "id": "ignored",
            "status": "Accepted",
        }),
    );
    let created_at = made["createdAt"].as_i64().unwrap();
    assert!((now() - created_at).abs() < 60_000, "{made}");
    let expected = json!({
        "tenantId": "default",
        "id": made["id"],
        "inviterId": host.to_string(),
        "invitee": invitee,
        "acceptedUserId": null,
        "organizationId": place.organization.to_string(),
        "status": "Pending",
        "createdAt": created_at,
        "updatedAt": created_at,
        "expiresAt": expires_at,
        "organizationRoles": [
            {"id": first.0.to_string(), "name": first.1},
            {"id": last.0.to_string(), "name": last.1},
        ],
    });
    assert_eq!(made, expected);
    assert_eq!(made["id"].as_str().unwrap().len(), 12);
    assert_eq!(place.manager.get(&path(&made)).expect(200).json(), expected);
    let event = "SELECT action FROM audit_event WHERE organization_id = ?1";
    assert_eq!(place.seed.texts(event, params![place.organization]), ["invitation.created"]);
    // Nobody is a member by that.
    assert_eq!(
        place.seed.count("SELECT count(*) FROM membership WHERE organization_id = ?1", params![place.organization]),
        0
    );
}

fn the_least_and_the_most_that_is_taken(server: &Server) {
    let place = Invited::new(server, "Least");
    let made = place.invite(&unique_email("least"), &json!({}));
    assert_eq!((&made["inviterId"], &made["organizationRoles"]), (&Value::Null, &json!([])));
    let none = json!({"inviterId": null, "organizationRoleIds": [], "messagePayload": false});
    place.invite(&unique_email("none"), &none);
    // A client that calculates with fractions.
    let end = now() + DAY;
    let made = place.manager.post(
        INVITATIONS,
        &place.body(&unique_email("fraction"), &json!({"expiresAt": format!("{end}.5").parse::<f64>().unwrap()})),
    );
    assert_eq!(made.expect(201).json()["expiresAt"], json!(end));
    let sql = "SELECT count(*) FROM outbox WHERE organization_id = ?1";
    assert_eq!(place.seed.count(sql, params![place.organization]), 0, "no mail was asked for");
}

fn what_is_no_invitation_is_refused(server: &Server) {
    let place = Invited::new(server, "Faults");
    let good = place.body(&unique_email("good"), &json!({}));
    let refuse = |body: &Value| place.refuses(|manager| manager.post(INVITATIONS, body), 400, "guard.invalid_input");
    for key in ["invitee", "organizationId", "expiresAt"] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(key);
        refuse(&body);
    }
    for (key, values) in [
        ("invitee", json!([null, 1, "", "a", "a@b", "@b.co", "a b@c.de", format!("{}@x.org", "x".repeat(130))])),
        ("organizationId", json!([null, 1, ""])),
        ("expiresAt", json!([null, "1", now().to_string(), true, [], 9e15])),
        ("inviterId", json!([1, "", true])),
        ("organizationRoleIds", json!([null, "x", [1], [""], {}])),
        (
            "messagePayload",
            json!([null, true, "x", 1, [], {"link": 1}, {"link": "x"}, {"link": "https://a.example/ b"}]),
        ),
    ] {
        for value in values.as_array().unwrap() {
            let mut body = good.clone();
            body[key] = value.clone();
            refuse(&body);
        }
    }
    refuse(&json!([]));
    let answer = place.manager.send("POST", INVITATIONS, Some("application/json"), b"{").expect(400);
    assert_eq!(answer.json().as_object().unwrap().keys().collect::<Vec<_>>(), ["message"]);
    place.manager.post(INVITATIONS, &good).expect(201);
}

fn the_end_must_lie_in_the_future(server: &Server) {
    let place = Invited::new(server, "Past");
    for end in [now() - 1, 0, -1] {
        let body = place.body(&unique_email("past"), &json!({"expiresAt": end}));
        place.refuses(|manager| manager.post(INVITATIONS, &body), 400, "request.invalid_input");
    }
}

fn who_is_a_member_is_not_invited(server: &Server) {
    let place = Invited::new(server, "Member");
    let email = unique_email("member");
    let person = place.person(&email);
    place.seed.join(place.organization, person, "user");
    for invitee in [email.clone(), email.to_uppercase()] {
        let body = place.body(&invitee, &json!({"messagePayload": {}}));
        place.refuses(|manager| manager.post(INVITATIONS, &body), 422, "request.invalid_input");
    }
    // Elsewhere it is nobody's business.
    Invited::new(server, "Other").invite(&email, &json!({}));
}

fn an_address_is_invited_once_at_a_time(server: &Server) {
    let place = Invited::new(server, "Once");
    let email = unique_email("once");
    let first = place.invite(&email, &json!({}));
    for invitee in [email.clone(), email.to_uppercase()] {
        let body = place.body(&invitee, &json!({"messagePayload": {}}));
        place.refuses(|manager| manager.post(INVITATIONS, &body), 422, "entity.unique_integrity_violation");
    }
    Invited::new(server, "Other").invite(&email, &json!({}));
    // Once it has ended there may be another one.
    crate::wire::logto::put(&place.manager, &format!("{}/status", path(&first)), &json!({"status": "Revoked"}))
        .expect(200);
    let second = place.invite(&email, &json!({}));
    empty(place.manager.delete(&path(&second)), 204);
    place.invite(&email, &json!({}));
}

fn an_overdue_invitation_is_not_in_the_way(server: &Server) {
    let place = Invited::new(server, "Overdue");
    let email = unique_email("overdue");
    let first = place.invite(&email, &json!({}));
    place.let_end(&first);
    assert_eq!(place.manager.get(&path(&first)).expect(200).json()["status"], json!("Expired"));
    let second = place.invite(&email, &json!({}));
    let statuses = "SELECT status FROM invitation WHERE organization_id = ?1 ORDER BY created_at, status";
    assert_eq!(place.seed.texts(statuses, params![place.organization]), ["expired", "pending"]);
    // When the new one fails, the old one is as it was.
    place.let_end(&second);
    let body = place.body(&email, &json!({"organizationRoleIds": ["999999999999"]}));
    place.refuses(|manager| manager.post(INVITATIONS, &body), 422, "entity.relation_foreign_key_not_found");
}

fn what_is_referred_to_must_exist(server: &Server) {
    let place = Invited::new(server, "References");
    let (machine, role) = (place.seed.machine(place.organization, &[]), place.role("known", "user").0.to_string());
    let tenant_role = place.seed.count("SELECT id FROM role WHERE family = 'tenant' LIMIT 1", params![]).to_string();
    let builtin = place.seed.count("SELECT id FROM role WHERE key = 'org:admin'", params![]).to_string();
    for fields in [
        json!({"organizationId": "999999999999"}),
        json!({"organizationId": "0"}),
        json!({"inviterId": "999999999999"}),
        json!({"inviterId": "x"}),
        // Machines invite nobody.
        json!({"inviterId": machine.id.to_string()}),
        json!({"organizationRoleIds": [role, "999999999999"]}),
        json!({"organizationRoleIds": [role, "x"]}),
        // Roles of other kinds are none of these.
        json!({"organizationRoleIds": [tenant_role]}),
        json!({"organizationRoleIds": [builtin]}),
    ] {
        let body = place.body(&unique_email("reference"), &fields);
        place.refuses(|manager| manager.post(INVITATIONS, &body), 422, "entity.relation_foreign_key_not_found");
    }
}

fn roles_of_machines_are_refused(server: &Server) {
    let place = Invited::new(server, "Machines");
    let (person, machine) = (place.role("p", "user").0.to_string(), place.role("m", "service_account").0.to_string());
    for roles in [json!([machine]), json!([person, machine]), json!([machine, "x"])] {
        let body = place.body(&unique_email("machine"), &json!({"organizationRoleIds": roles}));
        place.refuses(|manager| manager.post(INVITATIONS, &body), 422, "entity.db_constraint_violated");
    }
}

fn what_is_not_there_is_not_found(server: &Server) {
    let place = Invited::new(server, "Not there");
    for id in ["0", "999999999999", "x", &place.organization.to_string()] {
        let path = format!("{INVITATIONS}/{id}");
        assert_eq!(code(place.manager.get(&path), 404), "entity.not_found", "{id}");
        assert_eq!(code(place.manager.delete(&path), 404), "entity.not_found", "{id}");
        let message = place.manager.post(&format!("{path}/message"), &json!({}));
        assert_eq!(code(&message, 404), "entity.not_found", "{id}");
        for body in [json!({"status": "Revoked"}), json!({"status": "Accepted", "acceptedUserId": unique("x")})] {
            let answer = crate::wire::logto::put(&place.manager, &format!("{path}/status"), &body);
            assert_eq!(code(&answer, 404), "entity.not_found", "{id}");
        }
    }
}

fn what_is_deleted_is_gone(server: &Server) {
    let place = Invited::new(server, "Deleted");
    let email = unique_email("deleted");
    let person = place.person(&email);
    let accepted = place.invite(&email, &json!({"organizationRoleIds": [place.role("r", "user").0.to_string()]}));
    let body = json!({"status": "Accepted", "acceptedUserId": person.to_string()});
    crate::wire::logto::put(&place.manager, &format!("{}/status", path(&accepted)), &body).expect(200);
    let overdue = place.invite(&unique_email("overdue"), &json!({}));
    place.let_end(&overdue);
    for invitation in [&accepted, &overdue] {
        empty(place.manager.delete(&path(invitation)), 204);
        place.refuses(|manager| manager.delete(&path(invitation)), 404, "entity.not_found");
        place.refuses(|manager| manager.get(&path(invitation)), 404, "entity.not_found");
    }
    let sql = "SELECT count(*) FROM invitation WHERE organization_id = ?1";
    assert_eq!(place.seed.count(sql, params![place.organization]), 0);
    assert!(place.membership(person).is_some() && place.held(person).len() == 1, "who has accepted stays a member");
}
