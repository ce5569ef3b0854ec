//! `POST /api/users`, `GET /api/users/{userId}` and what hangs on the latter.

use iam_domain::crypto::password::{PasswordParams, hash_with};
use iam_domain::crypto::secret::{Alphabet, random_text};
use iam_domain::params;
use iam_domain::rng::SystemRng;
use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::people::{
    ME, PASSWORD, Person, activate, audit, code as mailed, forget, invite, log_in, mails, refused, tables_with,
    try_log_in,
};
use crate::wire::logto::{code, manager};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    everything_may_be_left_out,
    everything_that_is_sent_is_answered_and_stays,
    what_is_sent_of_a_wrong_kind_is_refused_and_nobody_is_made,
    what_is_longer_than_its_column_is_refused,
    what_somebody_has_is_in_use,
    a_number_that_other_apis_gave_twice_is_in_use,
    a_password_opens_the_other_api,
    a_password_is_at_least_one_character_and_nowhere_to_be_read,
    a_hash_from_elsewhere_opens_the_other_api,
    whichever_number_makes_a_hash_weak_it_is_made_anew,
    hashes_that_nobody_could_log_in_with_are_refused,
    without_a_password_one_can_be_asked_for_by_mail,
    somebody_of_the_other_api_has_the_same_id_here,
    nobody_is_found_by_an_id_that_is_no_users,
    the_organizations_of_a_user_come_with_the_roles_held_there,
);

pub const USERS: &str = "/api/users";

/// `/api/users/{id}`; of the text in the answers.
pub fn user(id: &Value) -> String {
    format!("{USERS}/{}", id.as_str().expect("an id"))
}

/// Letters and digits that no other test has.
pub fn unique(prefix: &str) -> String {
    format!("{prefix}{}", random_text(Alphabet::LowerDigits, 12, &SystemRng))
}

/// A telephone number that no other test has.
pub fn unique_phone() -> String {
    let digits = random_text(Alphabet::LowerDigits, 12, &SystemRng);
    digits.bytes().fold("336".to_owned(), |text, byte| format!("{text}{}", byte % 10))
}

/// Makes a user.
#[track_caller]
pub fn made(api: &Client, body: &Value) -> Value {
    api.post(USERS, body).expect(200).json()
}

/// How many people there are whom `body` names.
fn named(server: &Server, email: &str) -> i64 {
    server.seed().count("SELECT count(*) FROM user WHERE email_key = ?1", params![email.to_lowercase()])
}

fn everything_may_be_left_out(server: &Server) {
    let api = manager(server);
    for answer in [api.post(USERS, &json!({})), api.post_empty(USERS), api.post(USERS, &json!({"id": "1", "x": 2}))] {
        let user = answer.expect(200).json();
        let at = user["createdAt"].as_i64().expect("a number");
        assert!(at > 1_700_000_000_000);
        let id = shape::id(&user["id"]).to_string();
        let expected = json!({
            "id": id, "username": null, "primaryEmail": null, "primaryPhone": null, "name": null, "avatar": null,
            "customData": {}, "identities": {}, "lastSignInAt": null, "createdAt": at, "updatedAt": at, "profile": {},
            "applicationId": null, "isSuspended": false, "hasPassword": false,
        });
        assert_eq!(user, expected);
        assert_eq!(api.get(&self::user(&user["id"])).expect(200).json(), expected);
        assert_eq!(api.get(&format!("{}/organizations", self::user(&user["id"]))).expect(200).json(), json!([]));
    }
}

fn everything_that_is_sent_is_answered_and_stays(server: &Server) {
    let api = manager(server);
    let body = json!({
        "primaryEmail": unique_email("Ada"), "primaryPhone": unique_phone(), "username": unique("_Ada"),
        "password": PASSWORD, "name": " Ada, Countess ", "avatar": "https://cdn.example.org/a.png?x=1",
        "customData": {"a": [1, {"b": null}]},
        "profile": {
            "givenName": "Ada", "familyName": "Lovelace", "nickname": "", "locale": "en-GB", "unknown": "x",
            "address": {"country": "UK", "unknown": 1},
        },
    });
    let user = made(&api, &body);
    for key in ["primaryEmail", "primaryPhone", "username", "name", "avatar", "customData"] {
        assert_eq!(user[key], body[key], "{key}");
    }
    let profile = json!({
        "givenName": "Ada", "familyName": "Lovelace", "nickname": "", "locale": "en-GB", "address": {"country": "UK"},
    });
    assert_eq!((&user["profile"], &user["hasPassword"]), (&profile, &json!(true)));
    assert_eq!(api.get(&self::user(&user["id"])).expect(200).json(), user);
    // Without a name of its own it is made of the two others; an empty one is none, as is an empty picture.
    let user = made(&api, &json!({"name": "", "avatar": "", "profile": {"givenName": "Ada", "familyName": ""}}));
    assert_eq!((&user["name"], &user["avatar"]), (&json!("Ada"), &json!(null)));
    assert_eq!(user["profile"], json!({"givenName": "Ada"}));
    assert_eq!(made(&api, &json!({"avatar": null}))["avatar"], json!(null));
    let id = shape::id(&user["id"]);
    assert_eq!(audit(&server.seed(), id)[0].0, "user.created");
}

/// What `guard.invalid_input` names.
#[track_caller]
pub fn issues(answer: &Response) -> Vec<Value> {
    assert_eq!(code(answer, 400), "guard.invalid_input");
    answer.json()["data"]["issues"].as_array().unwrap().iter().map(|issue| issue["path"].clone()).collect()
}

fn what_is_sent_of_a_wrong_kind_is_refused_and_nobody_is_made(server: &Server) {
    let api = manager(server);
    let email = unique_email("wrong");
    for (key, value) in [
        ("username", json!("1ada")),
        ("username", json!("a-b")),
        ("username", json!("")),
        ("username", json!(null)),
        ("username", json!(1)),
        ("primaryPhone", json!("+33612345678")),
        ("primaryPhone", json!("06 12")),
        ("primaryPhone", json!("")),
        ("primaryPhone", json!(336)),
        ("name", json!(null)),
        ("name", json!(1)),
        ("avatar", json!("a.png")),
        ("avatar", json!(false)),
        ("password", json!("")),
        ("password", json!(null)),
        ("password", json!("x".repeat(1025))),
        ("customData", json!([])),
        ("customData", json!(null)),
        ("customData", json!("{}")),
        ("profile", json!(null)),
        ("profile", json!([])),
    ] {
        let mut body = json!({"primaryEmail": email});
        body[key] = value.clone();
        assert_eq!(issues(&api.post(USERS, &body)), [json!([key])], "{key}: {value}");
    }
    for (value, path) in [
        (json!({"nickname": null}), json!(["profile", "nickname"])),
        (json!({"givenName": 1}), json!(["profile", "givenName"])),
        (json!({"address": "x"}), json!(["profile", "address"])),
        (json!({"address": {"country": null}}), json!(["profile", "address", "country"])),
    ] {
        assert_eq!(issues(&api.post(USERS, &json!({"primaryEmail": email, "profile": value}))), [path]);
    }
    for wrong in ["", "ada", "ada@localhost", "a b@example.org"] {
        assert_eq!(issues(&api.post(USERS, &json!({"primaryEmail": wrong}))), [json!(["primaryEmail"])], "{wrong}");
    }
    // Every fault at once.
    let all = json!({"primaryEmail": 1, "username": 1, "passwordDigest": 1, "avatar": 1});
    assert_eq!(issues(&api.post(USERS, &all)).len(), 4);
    assert_eq!(named(server, &email), 0);
}

fn what_is_longer_than_its_column_is_refused(server: &Server) {
    let api = manager(server);
    let of = |letter: &str, most: usize| json!(letter.repeat(most));
    let email = unique_email("long");
    for (key, most, letter) in [("username", 128, "a"), ("primaryPhone", 128, "1"), ("name", 128, "ü")] {
        assert_eq!(
            code(api.post(USERS, &json!({"primaryEmail": email, key: of(letter, most + 1)})), 422),
            "entity.value_too_long"
        );
    }
    assert_eq!(made(&api, &json!({"name": of("ü", 128)}))["name"], of("ü", 128));
    let url = |length: usize| format!("https://a.example/{}", "x".repeat(length - 18));
    assert_eq!(
        code(api.post(USERS, &json!({"primaryEmail": email, "avatar": url(2049)})), 422),
        "entity.value_too_long"
    );
    made(&api, &json!({"avatar": url(2048)}));
    for name in ["givenName", "familyName"] {
        let body = json!({"primaryEmail": email, "profile": {name: of("x", 129)}});
        assert_eq!(code(api.post(USERS, &body), 422), "entity.value_too_long");
    }
    let long = format!("{}@{}.example.org", unique("a"), "b.".repeat(60).trim_end_matches('.'));
    assert_eq!(code(api.post(USERS, &json!({"primaryEmail": long})), 422), "entity.value_too_long");
    // What is wrong in another way comes first.
    assert_eq!(issues(&api.post(USERS, &json!({"primaryEmail": long, "name": 1}))), [json!(["name"])]);
    assert_eq!((named(server, &email), named(server, &long)), (0, 0));
}

fn what_somebody_has_is_in_use(server: &Server) {
    let api = manager(server);
    let (email, username, phone) = (unique_email("Taken"), unique("Taken"), unique_phone());
    let body = json!({"primaryEmail": email, "username": username, "primaryPhone": phone});
    let first = made(&api, &body);
    let free = unique_email("free");
    for (key, value, wanted) in [
        ("username", username.to_uppercase(), "user.username_already_in_use"),
        ("username", username.clone(), "user.username_already_in_use"),
        ("primaryPhone", phone.clone(), "user.phone_already_in_use"),
    ] {
        assert_eq!(code(api.post(USERS, &json!({"primaryEmail": free, key: value})), 422), wanted);
    }
    let free_name = unique("free");
    for value in [email.clone(), email.to_uppercase()] {
        let answer = api.post(USERS, &json!({"primaryEmail": value, "username": free_name}));
        assert_eq!(code(&answer, 422), "user.email_already_in_use");
    }
    assert_eq!(named(server, &free), 0);
    // Free again with whoever had it.
    api.delete(&user(&first["id"])).expect(204);
    made(&api, &json!({"primaryEmail": email, "username": free_name, "primaryPhone": phone}));
}

fn a_number_that_other_apis_gave_twice_is_in_use(server: &Server) {
    let (api, tenant) = (manager(server), Tenant::new(server, "Phones"));
    let phone = unique_phone();
    let ids = ["one", "two"].map(|local| tenant.seed.user(tenant.organization, &unique_email(local), &[]));
    for id in ids {
        tenant.seed.run("UPDATE user SET phone = ?2 WHERE id = ?1", params![id, format!("+{phone}")]);
    }
    assert_eq!(code(api.post(USERS, &json!({"primaryPhone": phone})), 422), "user.phone_already_in_use");
    for id in ids {
        assert_eq!(api.get(&format!("{USERS}/{id}")).expect(200).json()["primaryPhone"], json!(phone));
    }
}

fn a_password_opens_the_other_api(server: &Server) {
    let api = manager(server);
    let email = unique_email("login");
    let user = made(&api, &json!({"primaryEmail": email, "password": PASSWORD, "profile": {"givenName": "Ada"}}));
    let client = log_in(server, &email, PASSWORD);
    let me = client.get(ME).expect(200).json();
    assert_eq!((&me["id"], &me["first_name"], &me["state"]), (&user["id"], &json!("Ada"), &json!("USER_STATE_ACTIVE")));
    // At home nowhere.
    assert_eq!(me["organization"], json!(null));
    client.get("/iam/v1/organizations/me/").expect(404);
    refused(&try_log_in(server, &email, "Wrong-pass-1"));
    let seen = api.get(&self::user(&user["id"])).expect(200).json();
    assert!(seen["lastSignInAt"].as_i64() >= user["createdAt"].as_i64(), "{seen}");
}

fn a_password_is_at_least_one_character_and_nowhere_to_be_read(server: &Server) {
    let api = manager(server);
    for password in [unique("p"), "x".to_owned(), " ".to_owned(), unique("p") + &"x".repeat(1011)] {
        let email = unique_email("weak");
        let answer = api.post(USERS, &json!({"primaryEmail": email, "password": password})).expect(200);
        assert!(password.len() < 9 || !answer.body.contains(&password));
        for text in ["password_hash", "argon2"] {
            assert!(!answer.body.contains(text), "{answer:?}");
        }
        log_in(server, &email, &password);
        if password.len() > 9 {
            assert_eq!(tables_with(&server.seed(), &password), [""; 0]);
        }
    }
}

/// A hash that is cheap to make.
fn digest(password: &str) -> String {
    let weak = PasswordParams { memory_kib: 64, iterations: 1, lanes: 1 };
    hash_with(weak, password, &SystemRng).unwrap()
}

fn a_hash_from_elsewhere_opens_the_other_api(server: &Server) {
    let api = manager(server);
    let email = unique_email("import");
    let body = json!({"primaryEmail": email, "passwordDigest": digest("x"), "passwordAlgorithm": "Argon2id"});
    assert_eq!(made(&api, &body)["hasPassword"], json!(true));
    let stored = || {
        let sql = "SELECT c.password_hash FROM credential c JOIN user u ON u.id = c.principal_id WHERE u.email = ?1";
        server.seed().texts(sql, params![email.clone()]).remove(0)
    };
    let weak = body["passwordDigest"].as_str().unwrap();
    refused(&try_log_in(server, &email, "y"));
    assert_eq!(stored(), weak, "a wrong password changes nothing");
    let client = log_in(server, &email, "x");
    // Made anew, as strong as all others are.
    let strong = stored();
    assert!(strong.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && weak.contains("m=64,t=1"), "{weak} {strong}");
    log_in(server, &email, "x");
    assert_eq!(stored(), strong, "once is enough");
    refused(&try_log_in(server, &email, "y"));
    client.get(ME).expect(200);
}

/// Of what is weak by one number alone.
fn whichever_number_makes_a_hash_weak_it_is_made_anew(server: &Server) {
    let api = manager(server);
    for (memory_kib, iterations, lanes) in [(19_455, 2, 1), (19_456, 1, 1), (19_456, 2, 2)] {
        let params = PasswordParams { memory_kib, iterations, lanes };
        let (email, digest) = (unique_email("weak"), hash_with(params, "x", &SystemRng).unwrap());
        let body = json!({"primaryEmail": email, "passwordDigest": digest, "passwordAlgorithm": "Argon2id"});
        made(&api, &body);
        log_in(server, &email, "x");
        let sql = "SELECT count(*) FROM credential c JOIN user u ON u.id = c.principal_id \
                   WHERE u.email = ?1 AND c.password_hash LIKE '$argon2id$v=19$m=19456,t=2,p=1$%'";
        assert_eq!(server.seed().count(sql, params![email.clone()]), 1, "{digest}");
        log_in(server, &email, "x");
    }
    // What is stronger stays.
    let params = PasswordParams { memory_kib: 20_000, iterations: 3, lanes: 1 };
    let (email, digest) = (unique_email("strong"), hash_with(params, "x", &SystemRng).unwrap());
    made(&api, &json!({"primaryEmail": email, "passwordDigest": digest, "passwordAlgorithm": "Argon2id"}));
    log_in(server, &email, "x");
    let sql = "SELECT count(*) FROM credential WHERE password_hash = ?1";
    assert_eq!(server.seed().count(sql, params![digest]), 1);
}

fn hashes_that_nobody_could_log_in_with_are_refused(server: &Server) {
    let api = manager(server);
    let (email, good) = (unique_email("import"), digest("x"));
    let sent = |digest: &Value, algorithm: &Value| {
        let body = json!({"primaryEmail": email, "passwordDigest": digest, "passwordAlgorithm": algorithm});
        api.post(USERS, &body)
    };
    for algorithm in ["Argon2i", "Argon2d", "SHA1", "SHA256", "MD5", "Bcrypt", "Legacy", "argon2id", ""] {
        let answer = sent(&json!(good), &json!(algorithm));
        assert_eq!(issues(&answer), [json!(["passwordAlgorithm"])], "{algorithm}");
        assert!(answer.body.contains("Argon2id"), "{answer:?}");
    }
    let bcrypt = "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";
    for wrong in [
        "",
        "x",
        bcrypt,
        &good.replace("argon2id", "argon2i"),
        &good.replace("m=64", "m=1048576"),
        &good.replace("t=1", "t=1000"),
        &format!("{good}{}", "A".repeat(256)),
    ] {
        let answer = sent(&json!(wrong), &json!("Argon2id"));
        assert_eq!(issues(&answer), [json!(["passwordDigest"])], "{wrong}");
        assert!(wrong.len() < 2 || !answer.body.contains(wrong), "{answer:?}");
    }
    let alone = api.post(USERS, &json!({"primaryEmail": email, "passwordDigest": good}));
    assert_eq!(code(&alone, 400), "user.password_algorithm_required");
    let both = json!({
        "primaryEmail": email, "passwordDigest": good, "passwordAlgorithm": "Argon2id", "password": PASSWORD,
    });
    assert_eq!(code(api.post(USERS, &both), 400), "user.password_and_digest");
    assert_eq!(named(server, &email), 0);
}

fn without_a_password_one_can_be_asked_for_by_mail(server: &Server) {
    let api = manager(server);
    let email = unique_email("later");
    let user = made(&api, &json!({"primaryEmail": email}));
    let seed = server.seed();
    assert_eq!(mails(&seed, &email), [], "nobody is written to unasked");
    refused(&try_log_in(server, &email, PASSWORD));
    forget(server, &email).expect(202);
    activate(server, &mailed(&seed, &email), PASSWORD).expect(200);
    log_in(server, &email, PASSWORD);
    let answer = api.get(&format!("{}/has-password", self::user(&user["id"]))).expect(200);
    assert_eq!(answer.json(), json!({"hasPassword": true}));
}

fn somebody_of_the_other_api_has_the_same_id_here(server: &Server) {
    let (api, tenant) = (manager(server), Tenant::new(server, "Graph"));
    let (id, email) = invite(&tenant, "Graph");
    let seen = api.get(&format!("{USERS}/{id}")).expect(200).json();
    let wanted = [("id", json!(id.to_string())), ("primaryEmail", json!(email)), ("name", json!("Ada Lovelace"))];
    for (key, value) in wanted {
        assert_eq!(seen[key], value, "{key}");
    }
    assert_eq!(seen["profile"], json!({"givenName": "Ada", "familyName": "Lovelace"}));
    assert_eq!((&seen["isSuspended"], &seen["hasPassword"]), (&json!(false), &json!(false)));
    let person = Person::new(server, &tenant, "second", &["org:user"]);
    let seen = api.get(&format!("{USERS}/{}", person.id)).expect(200).json();
    assert_eq!(seen["hasPassword"], json!(true));
    assert!(seen["lastSignInAt"].is_i64());
    // Two long names make one that clients cannot read whole.
    let sql = "UPDATE user SET first_name = ?2, last_name = ?2 WHERE id = ?1";
    tenant.seed.run(sql, params![person.id, "x".repeat(128)]);
    let seen = api.get(&format!("{USERS}/{}", person.id)).expect(200).json();
    assert_eq!(seen["name"], json!("x".repeat(128)));
}

fn nobody_is_found_by_an_id_that_is_no_users(server: &Server) {
    let (api, tenant) = (manager(server), Tenant::new(server, "Nobody"));
    let machine = tenant.machine.id.to_string();
    for id in ["0", "x", "999999999999", "%C3%BC", "100000000001", &machine, &tenant.organization.to_string()] {
        for rest in ["", "/organizations", "/has-password", "/custom-data"] {
            let answer = api.get(&format!("{USERS}/{id}{rest}"));
            assert_eq!(code(&answer, 404), "entity.not_found", "{id}{rest}");
        }
    }
}

fn the_organizations_of_a_user_come_with_the_roles_held_there(server: &Server) {
    let (api, tenant) = (manager(server), Tenant::new(server, "First"));
    let seed = &tenant.seed;
    let other = seed.organization("Other");
    let person = seed.user(tenant.organization, &unique_email("member"), &["org:user"]);
    seed.join(other, person, "user");
    let role = |family: &str| {
        let (id, name) = (seed.organization("only an id"), unique("role "));
        let sql = "INSERT INTO role (id, family, name, created_at, updated_at) VALUES (?1, ?2, ?3, 0, 0)";
        seed.run(sql, params![id, family, &name]);
        (id, name)
    };
    let grant = |organization: Option<i64>, role: i64| {
        let sql = "INSERT INTO role_grant (id, organization_id, principal_id, role_id, created_at) VALUES (?1, ?2, ?3, ?4, 0)";
        seed.run(sql, params![seed.organization("only an id"), organization, person, role]);
    };
    let mut held = [role("template"), role("template"), role("template")];
    held.sort_by(|one, two| two.1.cmp(&one.1));
    for (id, _) in &held {
        grant(Some(other), *id);
    }
    grant(None, role("tenant").0);
    let answer = api.get(&format!("{USERS}/{person}/organizations")).expect(200);
    assert!(!answer.headers.contains_key("total-number") && !answer.headers.contains_key("link"));
    let all = answer.json();
    let mut expected = [(tenant.organization, json!([])), (other, json!(null))];
    expected[1].1 = held.iter().rev().map(|(id, name)| json!({"id": id.to_string(), "name": name})).collect();
    expected.sort_by_key(|(id, _)| *id);
    assert_eq!(all.as_array().unwrap().len(), 2);
    for (found, (id, roles)) in all.as_array().unwrap().iter().zip(expected) {
        let mut organization = api.get(&format!("/api/organizations/{id}")).expect(200).json();
        organization["organizationRoles"] = roles;
        assert_eq!(*found, organization);
    }
}
