//! `POST /accounts`: what is made, what is refused, who has the address already.

use iam_domain::clock::{Clock, SystemClock};
use iam_domain::params;
use iam_tests::{Client, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::people::{audit, tables_with};
use crate::wire::idah::users::fixtures::{ACCOUNTS, create, fault_at, made, mails, one, shown, token_of};
use crate::wire::idah::{account, caller, document, faults, refusal, send};
use crate::wire::tenant::unique_email;

crate::on_both!(
    an_account_is_made_and_invited,
    all_attributes_are_stored,
    what_is_ours_is_not_read,
    a_disabled_account_is_invited_as_well,
    the_document_must_be_one,
    attributes_must_be_of_their_type,
    an_address_must_be_one,
    without_an_address_nothing_is_made,
    who_has_an_account_is_answered_with_it,
    who_is_known_elsewhere_alone_is_nobodys_account,
    two_at_once_make_one,
    without_the_right_nothing_is_made,
    shape_comes_before_rights,
);

/// How many people have the address.
fn count(server: &Server, email: &str) -> i64 {
    server.seed().count("SELECT count(*) FROM user WHERE email_key = lower(?1)", params![email])
}

fn an_account_is_made_and_invited(server: &Server) {
    let (seed, me, email) = (server.seed(), caller(server, "user", &[]), unique_email("Made"));
    let answer = create(&me.client, json!({ "email": email, "name": "Ada" }));
    let (id, attributes) = one(&answer, 201);
    let moment = |name: &str| attributes[name].as_str().unwrap().to_owned();
    assert_eq!(
        attributes,
        json!({
            "name": "Ada", "email": email, "sso_channel": null, "enabled": true, "role_name": "user",
            "role_scope": {}, "picture_url": null, "joined_at": null,
            "invitation_expired_at": moment("invitation_expired_at"),
            "created_at": moment("created_at"), "updated_at": moment("created_at"),
        })
    );
    assert_eq!(answer.json().as_object().unwrap().len(), 1);
    let days = "SELECT (invitation_expires_at - ?2) / 60000 FROM user WHERE id = ?1";
    let left = seed.count(days, params![id, SystemClock.now()]);
    assert!((3 * 24 * 60 - 2..=3 * 24 * 60).contains(&left), "{left} minutes");
    assert_eq!(shown(&me.client, id), attributes);
    let sent = mails(&seed, &email);
    assert_eq!((sent.len(), sent[0].0.as_str()), (1, "account_invitation"));
    // Whoever makes accounts does not choose what strangers read.
    assert_eq!((&sent[0].1["first_name"], &sent[0].1["organization"]), (&Value::Null, &Value::Null));
    let token = token_of(&seed, &email);
    assert!(!answer.body.contains(&token));
    assert_eq!(tables_with(&seed, &token), ["outbox"]);
    let none = "SELECT count(*) FROM credential WHERE principal_id = ?1";
    assert_eq!(seed.count(none, params![id]), 0);
    let state = "SELECT state || ifnull(organization_id, '') FROM principal WHERE id = ?1";
    assert_eq!(seed.texts(state, params![id]), ["initial"]);
    assert_eq!(seed.texts("SELECT account_role FROM user WHERE id = ?1", params![id]), ["user"]);
    assert_eq!(audit(&seed, id), [("user.created".to_owned(), "user".to_owned(), Some(me.id))]);
}

fn all_attributes_are_stored(server: &Server) {
    let me = caller(server, "admin", &[]);
    let sent = json!({
        "email": format!(" {} ", unique_email("All")), "name": "x".repeat(128), "enabled": false, "role_name": "admin",
        "role_scope": { "project": ["7"], "deep": { "er": [1, null] } }, "sso_channel": "google",
        "picture_url": "https://a.example/b.png",
    });
    let (id, attributes) = made(&me.client, sent.clone());
    for name in ["name", "enabled", "role_name", "role_scope", "sso_channel", "picture_url"] {
        assert_eq!(attributes[name], sent[name], "{name}");
    }
    assert_eq!(attributes["email"], sent["email"].as_str().unwrap().trim());
    assert_eq!(shown(&me.client, id), attributes);
    let (_, blank) = made(
        &me.client,
        json!({ "email": unique_email("blank"), "name": "", "sso_channel": null, "picture_url": null }),
    );
    assert_eq!(
        ["name", "sso_channel", "picture_url"].map(|name| blank[name].clone()),
        [Value::Null, Value::Null, Value::Null]
    );
    let (_, number) = made(&me.client, json!({ "email": unique_email("number"), "name": 7 }));
    assert_eq!(number["name"], "7");
}

fn what_is_ours_is_not_read(server: &Server) {
    let (me, email) = (caller(server, "admin", &[]), unique_email("ours"));
    let before = SystemClock.now() / 1000 * 1000;
    let (id, attributes) = made(
        &me.client,
        json!({
            "email": email, "id": "1", "password": "Test-only-1", "joined_at": "2020-01-01T00:00:00Z",
            "invitation_expired_at": "2020-01-01T00:00:00Z", "created_at": "2020-01-01T00:00:00Z",
            "updated_at": "nonsense", "unknown": {},
        }),
    );
    assert_ne!(id, 1);
    assert_eq!(attributes["joined_at"], Value::Null);
    for name in ["invitation_expired_at", "created_at", "updated_at"] {
        assert!(!attributes[name].as_str().unwrap().starts_with("2020"), "{name}");
    }
    let sql = "SELECT count(*) FROM principal WHERE id = ?1 AND created_at >= ?2";
    assert_eq!(server.seed().count(sql, params![id, before]), 1);
    assert_eq!(crate::wire::idah::login(server, &email, "Test-only-1").status, 401);
}

fn a_disabled_account_is_invited_as_well(server: &Server) {
    let (me, email) = (caller(server, "admin", &[]), unique_email("disabled"));
    let (id, attributes) = made(&me.client, json!({ "email": email, "enabled": false }));
    assert_eq!(attributes["enabled"], false);
    assert_eq!(mails(&server.seed(), &email).len(), 1);
    let state = server.seed().texts("SELECT state FROM principal WHERE id = ?1", params![id]);
    assert_eq!(state, ["inactive"]);
}

fn the_document_must_be_one(server: &Server) {
    let me = caller(server, "admin", &[]);
    let of = |body: Value| faults(&send(&me.client, "POST", ACCOUNTS, &body));
    let fault = |pointer: &str, detail: &str| vec![(pointer.to_owned(), detail.to_owned())];
    assert_eq!(of(json!({})), fault("/data", "is required"));
    assert_eq!(of(json!({ "data": {} })), fault("/data/type", "is required"));
    assert_eq!(
        of(json!({ "data": { "type": "accounts", "attributes": {} } })),
        fault("/data/type", "must be one of `iam:accounts`")
    );
    assert_eq!(of(json!({ "data": { "type": "iam:accounts" } })), fault("/data/attributes", "is required"));
    let bad = me.client.send("POST", ACCOUNTS, Some(crate::wire::idah::DOCUMENT), b"{");
    assert_eq!((bad.status, bad.json()["type"].as_str()), (400, Some("Verse::Error::BadRequest")));
}

fn attributes_must_be_of_their_type(server: &Server) {
    let (me, email) = (caller(server, "admin", &[]), unique_email("typed"));
    for (attribute, value, detail) in [
        ("email", json!(true), "must be a string"),
        ("name", json!([]), "must be a string"),
        ("name", json!("x".repeat(129)), "must be at most 128 characters"),
        ("name", json!("a\u{0}b"), "must not contain control characters"),
        ("enabled", json!("maybe"), "must be a boolean"),
        ("enabled", json!(null), "must be a boolean"),
        ("role_name", json!({}), "must be a string"),
        ("role_scope", json!("org"), "must be a hash"),
        ("role_scope", json!(null), "must be a hash"),
        ("sso_channel", json!({}), "must be a string"),
        ("sso_channel", json!("x".repeat(129)), "must be at most 128 characters"),
        ("picture_url", json!(false), "must be a string"),
        ("picture_url", json!("x".repeat(2049)), "must have at most 2048 bytes"),
        ("picture_url", json!("javascript:alert(1)"), "must be the address of a picture"),
        ("picture_url", json!("https://a.example/\n"), "must be the address of a picture"),
    ] {
        let mut attributes = json!({ "email": email });
        attributes[attribute] = value;
        assert_eq!(fault_at(&create(&me.client, attributes), attribute), detail, "{attribute}");
    }
    let all = faults(&create(&me.client, json!({ "email": 1.5, "name": [], "enabled": [] })));
    let pointers: Vec<&str> = all.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/data/attributes/email", "/data/attributes/name", "/data/attributes/enabled"]);
    assert_eq!(count(server, &email), 0);
}

fn an_address_must_be_one(server: &Server) {
    let me = caller(server, "admin", &[]);
    for email in [json!(null), json!("")] {
        assert_eq!(fault_at(&create(&me.client, json!({ "email": email })), "email"), "must be filled");
    }
    for email in ["nobody", "a@b", "a b@example.org", &format!("{}@example.org", "x".repeat(65))] {
        fault_at(&create(&me.client, json!({ "email": email })), "email");
    }
}

fn without_an_address_nothing_is_made(server: &Server) {
    let me = caller(server, "admin", &[]);
    let answer = create(&me.client, json!({ "name": "Nobody" }));
    let (title, detail) = refusal(&answer, 422);
    assert_eq!(
        (title.as_str(), detail.as_str()),
        ("Verse::Error::CannotCreateRecord", "verse.errors.cannot_create_record")
    );
    assert_eq!(answer.json()["errors"][0]["status"], "422");
}

fn who_has_an_account_is_answered_with_it(server: &Server) {
    let (admin, owner) = (caller(server, "admin", &[]), caller(server, "org_owner", &[]));
    let email = unique_email("Known");
    let (id, attributes) = made(&admin.client, json!({ "email": email, "name": "First" }));
    let before = crate::wire::idah::users::fixtures::rows(&server.seed(), id);
    for (client, email) in [(&admin.client, email.clone()), (&owner.client, email.to_uppercase())] {
        let again = json!({ "email": email, "name": "Second", "role_name": "org_owner", "enabled": false });
        assert_eq!(made(client, again), (id, attributes.clone()));
    }
    assert_eq!(crate::wire::idah::users::fixtures::rows(&server.seed(), id), before, "unchanged, and no mail");
    let (joined, email) = account(server, Some("user"), &[]);
    assert_eq!(made(&owner.client, json!({ "email": email })).0, joined);
}

fn who_is_known_elsewhere_alone_is_nobodys_account(server: &Server) {
    let here = server.seed().organization("Elsewhere");
    let (id, email) = account(server, None, &[here]);
    let before = crate::wire::idah::users::fixtures::rows(&server.seed(), id);
    for outside in [caller(server, "user", &[]), caller(server, "org_owner", &[])] {
        assert_eq!(fault_at(&create(&outside.client, json!({ "email": email })), "email"), "has already been taken");
    }
    for inside in [caller(server, "admin", &[]), caller(server, "user", &[here]), caller(server, "org_owner", &[here])]
    {
        assert_eq!(made(&inside.client, json!({ "email": email })).0, id);
    }
    assert_eq!(crate::wire::idah::users::fixtures::rows(&server.seed(), id), before);
}

fn two_at_once_make_one(server: &Server) {
    let (me, email) = (caller(server, "user", &[]), unique_email("twice"));
    let clients: Vec<Client> = (0..4).map(|_| me.client.clone()).collect();
    let threads: Vec<_> = clients
        .into_iter()
        .map(|client| {
            let email = email.clone();
            std::thread::spawn(move || made(&client, json!({ "email": email })).0)
        })
        .collect();
    let mut ids: Vec<i64> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    ids.dedup();
    assert_eq!((ids.len(), count(server, &email), mails(&server.seed(), &email).len()), (1, 1, 1));
}

fn without_the_right_nothing_is_made(server: &Server) {
    let email = unique_email("rightless");
    for permission in ["account_ro_all", "org_ro_org", "org_ro_all", "project_ro_org", "project_ro_all"] {
        let (title, detail) = refusal(
            &create(&crate::wire::idah::users::fixtures::key(server, &[permission], &[]), json!({ "email": email })),
            403,
        );
        assert_eq!(title, "Verse::Error::Unauthorized");
        assert_eq!(detail, "unauthorized action `create` on `iam:accounts`", "{permission}");
    }
    let (_, detail) = refusal(&create(&server.client(), json!({ "email": email })), 401);
    assert_eq!(detail, "unauthorized_access");
    assert_eq!(count(server, &email), 0);
}

fn shape_comes_before_rights(server: &Server) {
    let key = crate::wire::idah::users::fixtures::key(server, &["account_ro_all"], &[]);
    assert_eq!(fault_at(&create(&key, json!({ "name": [] })), "name"), "must be a string");
    // What the database of the original refuses is no matter of shape.
    refusal(&create(&key, json!({})), 403);
    refusal(&create(&key, json!({ "email": unique_email("shape"), "role_name": null })), 403);
    refusal(&send(&server.client(), "POST", ACCOUNTS, &document("x", json!({}))), 401);
}
