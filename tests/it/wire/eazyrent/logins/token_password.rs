//! `POST /oauth/v2/token` with `grant_type=password`: how people log in.

use iam_domain::params;
use iam_tests::Server;
use serde_json::json;

use crate::wire::eazyrent::people::{ME, PASSWORD, Person, TOKEN, invite, log_in, member, refused, try_log_in};
use crate::wire::jwt;
use crate::wire::shape::oauth_error;
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    a_person_gets_a_token_that_works,
    the_token_says_who_it_is_for,
    roles_are_asserted_on_request,
    the_address_has_no_case_and_the_password_has,
    whatever_is_wrong_the_answer_is_the_same,
    who_may_not_log_in_is_told_so_with_the_right_password_only,
    what_is_missing_or_sent_twice_is_refused,
    a_client_that_proves_itself_must_succeed,
    each_login_is_a_session_of_its_own,
    a_session_that_has_ended_is_refused_at_once,
    a_client_sees_that_the_token_of_a_locked_person_is_dead,
    people_do_not_log_in_at_the_other_token_endpoint,
    a_machine_does_not_log_in_by_password,
    a_refusal_repeats_nothing_that_was_sent,
);

fn a_person_gets_a_token_that_works(server: &Server) {
    let tenant = Tenant::new(server, "Login");
    let person = Person::new(server, &tenant, "login", &["org:user"]);
    let answer = try_log_in(server, &person.email, PASSWORD).expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.json();
    let token = body["access_token"].as_str().expect("a token");
    assert_eq!(body, json!({"access_token": token, "token_type": "Bearer", "expires_in": 43199}));
    let client = server.client().bearer(token);
    let me = client.get(ME).expect(200).json();
    assert_eq!((&me["user_type"], &me["id"]), (&json!("Human"), &json!(person.id.to_string())));
    client.get("/iam/v1/team/members/").expect(200);
    client.get("/iam/v1/users/me/config/").expect(200);
    let seen = "SELECT last_sign_in_at IS NOT NULL FROM user WHERE id = ?1";
    assert_eq!(tenant.seed.count(seen, params![person.id]), 1);
    let event =
        "SELECT actor_id FROM audit_event WHERE request_id = ?1 AND action = 'session.created' AND actor_kind = 'user'";
    assert_eq!(tenant.seed.count(event, params![answer.header("x-request-id")]), person.id);
}

fn the_token_says_who_it_is_for(server: &Server) {
    let tenant = Tenant::new(server, "Claims");
    let person = Person::new(server, &tenant, "claims", &["org:admin"]);
    let answer = try_log_in(server, &person.email, PASSWORD).expect(200).json();
    let claims = jwt::claims(answer["access_token"].as_str().unwrap());
    let id = person.id.to_string();
    for (name, value) in [("iss", server.base()), ("sub", &id), ("aud", server.base())] {
        assert_eq!(claims[name], json!(value), "{name}");
    }
    assert_eq!(claims["exp"].as_i64().unwrap(), claims["iat"].as_i64().unwrap() + 43199);
    // Nothing about the person that was not asked for.
    let text = serde_json::Value::Object(claims).to_string();
    assert!(!text.contains(&person.email) && !text.contains("Ada") && !text.contains("urn:"), "{text}");
}

fn roles_are_asserted_on_request(server: &Server) {
    let tenant = Tenant::new(server, "Roles");
    let person = Person::new(server, &tenant, "roles", &["org:staff"]);
    let scope = "openid urn:zitadel:iam:org:projects:roles urn:zitadel:iam:user:resourceowner \
                 urn:zitadel:iam:org:project:id:310976816384838665:aud offline_access";
    let form = [("grant_type", "password"), ("username", &*person.email), ("password", PASSWORD), ("scope", scope)];
    let answer = server.client().form(TOKEN, &form).expect(200).json();
    assert!(answer["scope"].as_str().is_some_and(|granted| !granted.contains("offline_access")), "{answer}");
    assert!(!answer.as_object().unwrap().contains_key("id_token"), "{answer}");
    let claims = jwt::claims(answer["access_token"].as_str().unwrap());
    let home = tenant.organization.to_string();
    assert_eq!(claims["aud"], json!([server.base(), "310976816384838665"]));
    assert_eq!(claims["urn:zitadel:iam:org:project:roles"]["org:staff"].as_object().unwrap().len(), 1);
    assert!(claims["urn:zitadel:iam:org:project:roles"]["org:staff"][&home].is_string());
    assert_eq!(claims["urn:zitadel:iam:user:resourceowner:id"], json!(home));
}

fn the_address_has_no_case_and_the_password_has(server: &Server) {
    let tenant = Tenant::new(server, "Case");
    let person = Person::new(server, &tenant, "Case.Sensitive", &[]);
    for address in [person.email.to_uppercase(), person.email.to_lowercase(), format!(" {} ", person.email)] {
        log_in(server, &address, PASSWORD);
    }
    for password in ["test-only-1", "TEST-ONLY-1", " Test-only-1", "Test-only-1 ", "Test-only-"] {
        refused(&try_log_in(server, &person.email, password));
    }
}

fn whatever_is_wrong_the_answer_is_the_same(server: &Server) {
    let tenant = Tenant::new(server, "Wrong");
    let person = Person::new(server, &tenant, "wrong", &[]);
    let (_, invited) = invite(&tenant, "invited");
    let (stopped, stopped_email) = invite(&tenant, "stopped");
    tenant.seed.set_state(stopped, "inactive");
    let bare = unique_email("bare");
    tenant.seed.user(tenant.organization, &bare, &[]);
    let nobody = unique_email("nobody");
    let long = "x".repeat(100_000);
    let mut bodies = Vec::new();
    for (email, password) in [
        (person.email.as_str(), "Wrong-pass-1"),
        (&person.email, &long),
        (&nobody, PASSWORD),
        (&nobody, &long),
        (&invited, PASSWORD),
        (&stopped_email, PASSWORD),
        (&bare, PASSWORD),
        ("nobody", PASSWORD),
        (&long, PASSWORD),
        ("' OR 1=1 --", PASSWORD),
        (&person.id.to_string(), PASSWORD),
    ] {
        let answer = try_log_in(server, email, password);
        refused(&answer);
        assert!(!answer.headers.contains_key("www-authenticate"));
        bodies.push(answer.body);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
}

fn who_may_not_log_in_is_told_so_with_the_right_password_only(server: &Server) {
    let tenant = Tenant::new(server, "Stopped");
    let person = Person::new(server, &tenant, "stopped", &[]);
    let wrong = try_log_in(server, &person.email, "Wrong-pass-1").body;
    for state in ["locked", "inactive", "initial"] {
        tenant.seed.set_state(person.id, state);
        let right = try_log_in(server, &person.email, PASSWORD);
        refused(&right);
        assert_ne!(right.body, wrong, "{state}");
        assert_eq!(try_log_in(server, &person.email, "Wrong-pass-1").body, wrong, "{state}");
    }
    let sessions = "SELECT count(*) FROM session WHERE user_id = ?1";
    assert_eq!(tenant.seed.count(sessions, params![person.id]), 1, "none was begun");
}

fn what_is_missing_or_sent_twice_is_refused(server: &Server) {
    let tenant = Tenant::new(server, "Missing");
    let person = Person::new(server, &tenant, "missing", &[]);
    let (grant, name, password) =
        (("grant_type", "password"), ("username", person.email.as_str()), ("password", PASSWORD));
    for form in [
        vec![grant],
        vec![grant, name],
        vec![grant, password],
        vec![grant, name, ("password", "")],
        vec![grant, ("username", ""), password],
        vec![grant, name, name, password],
        vec![grant, name, password, ("password", "Other-pass-2")],
        vec![name, password],
    ] {
        let answer = server.client().form(TOKEN, &form).expect(400);
        assert_eq!(oauth_error(&answer), "invalid_request", "{form:?}");
    }
    // Nothing in the query counts: it would end up in logs.
    let query = format!("{TOKEN}?grant_type=password&username={}&password={PASSWORD}", person.email);
    assert_eq!(oauth_error(&server.client().form(&query, &[]).expect(400)), "invalid_request");
    server.client().get(&query).expect(405);
    let body = json!({"grant_type": "password", "username": person.email, "password": PASSWORD});
    assert_eq!(oauth_error(&server.client().post(TOKEN, &body).expect(400)), "invalid_request");
}

fn a_client_that_proves_itself_must_succeed(server: &Server) {
    let tenant = Tenant::new(server, "Clients");
    let person = Person::new(server, &tenant, "person", &[]);
    let id = tenant.machine.id.to_string();
    let form = [("grant_type", "password"), ("username", &*person.email), ("password", PASSWORD)];
    let ask = |secret: &str| {
        let client = [("client_id", id.as_str()), ("client_secret", secret)];
        server.client().form(TOKEN, &[form.as_slice(), &client].concat())
    };
    let answer = ask(&tenant.machine.secret).expect(200).json();
    let me = server.client().bearer(answer["access_token"].as_str().unwrap()).get(ME).expect(200).json();
    assert_eq!(me["id"], json!(person.id.to_string()), "the person's token, not the client's");
    server.client().basic(&id, &tenant.machine.secret).form(TOKEN, &form).expect(200);
    assert_eq!(oauth_error(&ask("wrong").expect(401)), "invalid_client");
    assert_eq!(oauth_error(&server.client().basic(&id, "wrong").form(TOKEN, &form).expect(401)), "invalid_client");
    // A public client says its name only.
    server.client().form(TOKEN, &[form.as_slice(), &[("client_id", "browser")]].concat()).expect(200);
}

fn each_login_is_a_session_of_its_own(server: &Server) {
    let tenant = Tenant::new(server, "Sessions");
    let person = Person::new(server, &tenant, "sessions", &[]);
    let second = person.log_in(server);
    let sessions = "SELECT id FROM session WHERE user_id = ?1 AND revoked_at IS NULL ORDER BY created_at, id";
    let sessions = tenant.seed.run(sessions, params![person.id]);
    assert_eq!(sessions.len(), 2);
    let end = "UPDATE session SET revoked_at = 1 WHERE id = ?1";
    tenant.seed.run(end, vec![sessions[0].0[0].clone()]);
    let alive: Vec<u16> = [&person.client, &second].iter().map(|client| client.get(ME).status).collect();
    assert!(alive == [401, 200] || alive == [200, 401], "{alive:?}");
}

fn a_session_that_has_ended_is_refused_at_once(server: &Server) {
    let tenant = Tenant::new(server, "Ended");
    let person = Person::new(server, &tenant, "ended", &[]);
    tenant.seed.run("UPDATE session SET expires_at = created_at WHERE user_id = ?1", params![person.id]);
    let answer = person.client.get(ME).expect(401);
    assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
    person.log_in(server).get(ME).expect(200);
}

fn a_client_sees_that_the_token_of_a_locked_person_is_dead(server: &Server) {
    let tenant = Tenant::new(server, "Introspect");
    let person = Person::new(server, &tenant, "introspect", &[]);
    let answer = try_log_in(server, &person.email, PASSWORD).expect(200).json();
    let id = tenant.machine.id.to_string();
    let form = [
        ("token", answer["access_token"].as_str().unwrap()),
        ("client_id", &id),
        ("client_secret", &tenant.machine.secret),
    ];
    let inspect = || server.client().form("/oauth/v2/introspect", &form).expect(200).json();
    let alive = inspect();
    assert_eq!((&alive["active"], &alive["sub"]), (&json!(true), &json!(person.id.to_string())));
    tenant.admin.post_empty(&format!("{}lock/", member(person.id))).expect(200);
    assert_eq!(inspect(), json!({"active": false}));
}

fn people_do_not_log_in_at_the_other_token_endpoint(server: &Server) {
    let tenant = Tenant::new(server, "Other endpoint");
    let person = Person::new(server, &tenant, "other", &[]);
    let form = [("grant_type", "password"), ("username", &*person.email), ("password", PASSWORD)];
    let answer = server.client().form("/oidc/token", &form);
    assert!(matches!(answer.status, 400 | 401), "{answer:?}");
    assert!(!answer.body.contains("access_token"), "{answer:?}");
}

fn a_machine_does_not_log_in_by_password(server: &Server) {
    let tenant = Tenant::new(server, "Machine");
    refused(&try_log_in(server, &tenant.machine.id.to_string(), &tenant.machine.secret));
}

fn a_refusal_repeats_nothing_that_was_sent(server: &Server) {
    let tenant = Tenant::new(server, "Silent");
    let person = Person::new(server, &tenant, "silent", &[]);
    let answer = try_log_in(server, &person.email, "Secret-guess-1").expect(400);
    assert!(!answer.body.contains("Secret-guess-1") && !answer.body.contains(&person.email), "{answer:?}");
    oauth_error(&answer);
}
