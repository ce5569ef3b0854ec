//! `PATCH /accounts/{resource_id}`: mails about organizations that become somebody's, or are so no more.

use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::idah::users::fixtures::{change, changed, fault_at, mails, scope};
use crate::wire::idah::{account, caller};

crate::on_both!(
    who_becomes_owner_is_told,
    an_owner_is_told_of_each_difference,
    who_was_an_owner_is_told,
    other_changes_are_told_to_nobody,
    what_is_refused_is_told_to_nobody,
    the_mail_is_delivered_like_any_other,
);

/// Template, organization and change of each mail, in order.
fn told(server: &Server, email: &str) -> Vec<(String, String, String)> {
    let text = |payload: &Value, key: &str| payload[key].as_str().unwrap().to_owned();
    let mut told: Vec<_> = mails(&server.seed(), email)
        .iter()
        .map(|(template, payload)| {
            (template.clone(), text(payload, "organization_id"), text(payload, "organization_scope_change"))
        })
        .collect();
    told.sort_unstable();
    told
}

fn assigned(organization: i64, change: &str) -> (String, String, String) {
    ("org_owner_role_assigned".to_owned(), organization.to_string(), change.to_owned())
}

fn who_becomes_owner_is_told(server: &Server) {
    let (seed, admin) = (server.seed(), caller(server, "admin", &[]));
    seed.set_user(admin.id, "display_name", "Grace");
    let (a, b) = (seed.organization("Engines"), seed.organization("B"));
    let (id, email) = account(server, Some("user"), &[]);
    changed(&admin.client, id, json!({ "role_name": "org_owner", "role_scope": scope(&[a, b]) }));
    let mut expected = vec![assigned(a, "added"), assigned(b, "added")];
    expected.sort_unstable();
    assert_eq!(told(server, &email), expected);
    let payload = mails(&seed, &email).into_iter().map(|(_, payload)| payload);
    let of_a: Vec<Value> = payload.filter(|payload| payload["organization_id"] == json!(a.to_string())).collect();
    assert_eq!(
        of_a,
        [json!({
            "organization_id": a.to_string(), "organization_name": "Engines", "organization_scope_change": "added",
            "recipient_name": "Test Account", "changed_by_name": "Grace",
        })]
    );
    // Without a difference of organizations there is nothing to tell.
    let (id, email) = account(server, Some("user"), &[a]);
    changed(&admin.client, id, json!({ "role_name": "org_owner" }));
    assert_eq!(told(server, &email).len(), 0);
}

fn an_owner_is_told_of_each_difference(server: &Server) {
    let (seed, admin) = (server.seed(), caller(server, "admin", &[]));
    let [a, b, c] = ["A", "B", "C"].map(|name| seed.organization(name));
    let (id, email) = account(server, Some("org_owner"), &[a, b]);
    changed(&admin.client, id, json!({ "role_scope": scope(&[b, c]) }));
    let mut expected = vec![assigned(a, "removed"), assigned(c, "added")];
    expected.sort_unstable();
    assert_eq!(told(server, &email), expected);
    changed(&admin.client, id, json!({ "role_scope": scope(&[c, b]), "role_name": "org_owner", "name": "x" }));
    assert_eq!(told(server, &email).len(), 2);
}

fn who_was_an_owner_is_told(server: &Server) {
    let (seed, admin) = (server.seed(), caller(server, "admin", &[]));
    let (a, b) = (seed.organization("A"), seed.organization("B"));
    for attributes in [json!({ "role_name": "user" }), json!({ "role_name": "user", "role_scope": {} })] {
        let (id, email) = account(server, Some("org_owner"), &[a, b]);
        changed(&admin.client, id, attributes);
        let removed = |id: i64| ("org_owner_role_removed".to_owned(), id.to_string(), "removed".to_owned());
        let mut expected = vec![removed(a), removed(b)];
        expected.sort_unstable();
        assert_eq!(told(server, &email), expected);
    }
}

fn other_changes_are_told_to_nobody(server: &Server) {
    let (seed, admin) = (server.seed(), caller(server, "admin", &[]));
    let a = seed.organization("A");
    for (before, attributes) in [
        ("user", json!({ "role_scope": scope(&[a]) })),
        ("user", json!({ "role_name": "admin", "role_scope": scope(&[a]) })),
        ("admin", json!({ "role_name": "org_owner", "role_scope": scope(&[a]) })),
        ("org_owner", json!({ "role_name": "admin", "role_scope": scope(&[a]) })),
        ("org_owner", json!({ "name": "x", "enabled": false })),
    ] {
        let (id, email) = account(server, Some(before), &[]);
        changed(&admin.client, id, attributes);
        assert_eq!(told(server, &email).len(), 0, "{before}");
    }
}

fn what_is_refused_is_told_to_nobody(server: &Server) {
    let seed = server.seed();
    let (a, b) = (seed.organization("A"), seed.organization("B"));
    let owner = caller(server, "org_owner", &[a]);
    let (id, email) = account(server, Some("user"), &[a]);
    fault_at(
        &change(&owner.client, id, json!({ "role_name": "org_owner", "role_scope": scope(&[a, b]) })),
        "role_scope",
    );
    assert_eq!(told(server, &email).len(), 0);
}

fn the_mail_is_delivered_like_any_other(server: &Server) {
    let (seed, admin) = (server.seed(), caller(server, "admin", &[]));
    let a = seed.organization("A");
    let (id, email) = account(server, Some("user"), &[]);
    changed(&admin.client, id, json!({ "role_name": "org_owner", "role_scope": scope(&[a]) }));
    let client = server.client().bearer(&server.bootstrap_token());
    client.post_empty("/iam/v1/outbox/deliver/").expect(200);
    let list = client.get("/iam/v1/outbox/").expect(200).json();
    let mail =
        list.as_array().unwrap().iter().find(|mail| mail["recipient"] == json!(email)).expect("the mail").clone();
    assert_eq!(mail["template"], "org_owner_role_assigned");
    assert!(mail["last_error"].is_null(), "{mail}");
}
