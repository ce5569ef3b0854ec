//! `POST /auth/login`.

use iam_domain::crypto::jwt::peek;
use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::idah::logins::fixtures::{PASSWORD, Tokens, person, row, sessions, status, try_log_in};
use crate::wire::idah::{DOCUMENT, faults, login, refusal};
use crate::wire::jwt;

crate::on_both!(
    the_answer_has_everything_that_clients_read,
    the_token_says_who_and_what,
    the_scope_of_an_owner_is_what_is_owned,
    rights_are_those_of_the_role,
    any_kind_of_body_is_taken,
    the_query_counts_before_the_body,
    both_prefixes_are_served,
    fields_must_be_there_and_filled,
    what_is_no_json_is_refused,
    whoever_is_wrong_learns_no_more_than_that,
    a_disabled_account_is_told_so_after_its_password,
    an_account_that_has_not_joined_logs_in,
    the_owner_of_api_keys_does_not_log_in,
    a_sibling_service_has_no_session,
    a_person_of_another_api_logs_in_as_user,
    the_session_notes_where_from,
    a_refused_login_begins_no_session,
    many_wrong_passwords_have_to_wait,
    other_credentials_are_ignored,
);

fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn the_answer_has_everything_that_clients_read(server: &Server) {
    let organization = server.seed().organization("Logins");
    let me = person(server, Some("user"), &[organization]);
    let answer = login(server, &me.email, PASSWORD).expect(200);
    assert_eq!(answer.header("content-type"), DOCUMENT);
    assert_eq!(answer.cookies, [""; 0], "no cookies unless they are asked for");
    let body = answer.json();
    assert_eq!(body.as_object().unwrap().len(), 2, "{body}");
    assert_eq!(body["meta"].as_object().unwrap().len(), 1, "{body}");
    assert_eq!((&body["data"]["type"], &body["data"]["id"]), (&json!("iam:account_auths"), &json!(me.id.to_string())));
    let attributes = body["data"]["attributes"].as_object().unwrap();
    let mut names: Vec<&str> = attributes.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["email", "exp", "name", "picture_url", "role_name", "role_rights", "role_scope"]);
    assert_eq!((&attributes["email"], &attributes["name"]), (&json!(me.email), &json!("Test Account")));
    assert_eq!((&attributes["picture_url"], &attributes["role_name"]), (&json!(null), &json!("user")));
    assert_eq!(attributes["role_scope"], json!({ "org": [organization.to_string()] }));
    let token = body["meta"]["token"].as_str().unwrap();
    assert_eq!(attributes["exp"], jwt::claims(token)["exp"]);
    let left = attributes["exp"].as_i64().unwrap() - jwt::now();
    assert!((86_390..=86_400).contains(&left), "{left}");
    assert_eq!(status(server, token), 200);
}

fn the_token_says_who_and_what(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let answer = login(server, &me.email, PASSWORD).expect(200).json();
    let token = answer["meta"]["token"].as_str().unwrap();
    let claims = jwt::claims(token);
    assert_eq!(claims["u"], json!({ "id": me.id, "email": me.email, "name": "Test Account" }));
    assert_eq!((&claims["r"], &claims["s"]), (&json!("user"), &json!({})));
    assert!(!claims.contains_key("sub"), "{claims:?}");
    let header = peek(token).unwrap().header;
    assert_eq!((header.alg.as_str(), header.typ.as_deref()), ("ES256", Some("JWT")));
    // What is null is left out.
    server.seed().set_user(me.id, "display_name", None::<String>);
    let answer = login(server, &me.email, PASSWORD).expect(200).json();
    let claims = jwt::claims(answer["meta"]["token"].as_str().unwrap());
    assert_eq!(claims["u"], json!({ "id": me.id, "email": me.email }));
    assert_eq!(answer["data"]["attributes"]["name"], json!(null));
}

fn the_scope_of_an_owner_is_what_is_owned(server: &Server) {
    let seed = server.seed();
    let (owned, other) = (seed.organization("Owned"), seed.organization("Not owned"));
    let me = person(server, Some("org_owner"), &[owned]);
    seed.join(other, me.id, "user");
    let answer = login(server, &me.email, PASSWORD).expect(200).json();
    let wanted = json!({ "org": [owned.to_string()] });
    assert_eq!(answer["data"]["attributes"]["role_scope"], wanted);
    assert_eq!(jwt::claims(answer["meta"]["token"].as_str().unwrap())["s"], wanted);
}

fn rights_are_those_of_the_role(server: &Server) {
    let rights = |role: &str| {
        let answer = login(server, &person(server, Some(role), &[]).email, PASSWORD).expect(200).json();
        assert_eq!(answer["data"]["attributes"]["role_name"], role);
        texts(&answer["data"]["attributes"]["role_rights"])
    };
    assert_eq!(rights("system"), ["*.*.*"]);
    assert!(rights("admin").contains(&"iam:accounts.*.*".to_owned()));
    assert!(rights("user").contains(&"iam:organizations.read.as_user".to_owned()));
    let owner = rights("org_owner");
    assert!(
        owner.contains(&"iam:api_keys.create.{org_ro_org, project_ro_org, project_rw_org}".to_owned()),
        "{owner:?}"
    );
}

fn any_kind_of_body_is_taken(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let json = json!({ "email": me.email, "password": PASSWORD }).to_string();
    for kind in [
        Some("application/json"),
        Some("application/json; charset=utf-8"),
        Some(DOCUMENT),
        Some("application/x+json"),
        None,
    ] {
        server.client().send("POST", "/auth/login", kind, json.as_bytes()).expect(200);
    }
    let form = [("email", me.email.as_str()), ("password", PASSWORD), ("cookie", "true")];
    Tokens::of(&server.client().form("/auth/login", &form).expect(200));
    // Of another type it is not read.
    let unread = server.client().send("POST", "/auth/login", Some("text/plain"), json.as_bytes());
    assert_eq!(faults(&unread).len(), 2);
}

fn the_query_counts_before_the_body(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let path = format!("/auth/login?email={}&cookie=t", iam_tests::client::encode(&me.email));
    let answer = server.client().post(&path, &json!({ "email": "x@example.org", "password": PASSWORD }));
    assert_eq!(answer.expect(200).cookies.len(), 2);
}

fn both_prefixes_are_served(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let body = json!({ "email": me.email, "password": PASSWORD });
    server.client().post("/api/v1/iam/auth/login", &body).expect(200);
    for (method, path) in [("POST", "/auth/login/"), ("GET", "/auth/login"), ("POST", "/auth")] {
        let answer = server.client().send(method, path, None, b"").expect(404).json();
        assert_eq!(answer["type"], "Verse::Error::NotFound", "{answer}");
    }
}

fn fields_must_be_there_and_filled(server: &Server) {
    let found = |body: Value| {
        let faults = faults(&server.client().post("/auth/login", &body));
        faults.into_iter().map(|(at, what)| format!("{at} {what}")).collect::<Vec<_>>()
    };
    assert_eq!(found(json!({})), ["/email is required", "/password is required"]);
    assert_eq!(found(json!({ "email": "", "password": "" })), ["/email must be filled", "/password must be filled"]);
    assert_eq!(found(json!({ "email": null, "password": "x" })), ["/email must be filled"]);
    assert_eq!(found(json!({ "email": "a@example.org" })), ["/password is required"]);
    assert_eq!(
        found(json!({ "email": ["a"], "password": {} })),
        ["/email must be a string", "/password must be a string"]
    );
    assert_eq!(
        found(json!({ "email": "a@example.org", "password": "x", "cookie": "perhaps" })),
        ["/cookie must be a boolean"]
    );
    assert_eq!(found(json!([])), ["/email is required", "/password is required"]);
}

fn what_is_no_json_is_refused(server: &Server) {
    let answer =
        server.client().send("POST", "/auth/login", Some("application/json"), b"{\"email\":").expect(400).json();
    let mut members: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!((members, &answer["type"]), (vec!["detail", "status", "type"], &json!("Verse::Error::BadRequest")));
}

fn invalid(server: &Server, email: &str, password: &str) {
    let wanted = ("Verse::Error::Authorization".to_owned(), "invalid_credentials".to_owned());
    assert_eq!(refusal(&login(server, email, password), 401), wanted);
}

fn whoever_is_wrong_learns_no_more_than_that(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let (_, without_password) = crate::wire::idah::account(server, Some("user"), &[]);
    invalid(server, &me.email, "Test-only-2");
    invalid(server, &me.email, " ");
    invalid(server, &without_password, PASSWORD);
    invalid(server, "nobody.at.all@example.org", PASSWORD);
    invalid(server, "no address", PASSWORD);
    login(server, &me.email, PASSWORD).expect(200);
}

fn a_disabled_account_is_told_so_after_its_password(server: &Server) {
    let me = person(server, Some("user"), &[]);
    for state in ["inactive", "locked"] {
        server.seed().set_state(me.id, state);
        invalid(server, &me.email, "Test-only-2");
        let (title, detail) = refusal(&login(server, &me.email, PASSWORD), 401);
        assert_eq!((title.as_str(), detail.as_str()), ("Verse::Error::Authorization", "account_disabled"));
    }
    server.seed().set_state(me.id, "active");
    login(server, &me.email, PASSWORD).expect(200);
}

fn an_account_that_has_not_joined_logs_in(server: &Server) {
    let me = person(server, Some("user"), &[]);
    server.seed().set_user(me.id, "joined_at", None::<i64>);
    login(server, &me.email, PASSWORD).expect(200);
}

fn the_owner_of_api_keys_does_not_log_in(server: &Server) {
    let me = person(server, Some("api_service"), &[]);
    let (title, _) = refusal(&login(server, &me.email, PASSWORD), 422);
    assert_eq!(title, "Verse::Error::ValidationFailed");
    assert_eq!(sessions(&server.seed(), me.id), [0; 0]);
}

fn a_sibling_service_has_no_session(server: &Server) {
    let me = person(server, Some("system"), &[]);
    let answer = try_log_in(&server.client(), &me.email, PASSWORD).expect(200);
    assert_eq!(answer.cookies.len(), 1, "{:?}", answer.cookies);
    let token = crate::wire::idah::logins::fixtures::cookie(&answer, "auth-token").value;
    assert!(!jwt::claims(&token).contains_key("sid"));
    assert_eq!(answer.json()["meta"]["token"], token);
    assert_eq!(sessions(&server.seed(), me.id), [0; 0]);
    assert_eq!(status(server, &token), 200);
}

fn a_person_of_another_api_logs_in_as_user(server: &Server) {
    let me = person(server, None, &[]);
    let answer = login(server, &me.email, PASSWORD).expect(200).json();
    assert_eq!(answer["data"]["attributes"]["role_name"], "user");
}

fn the_session_notes_where_from(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let client = server.client().with("user-agent", "Browser/1.0").with("x-real-ip", "192.0.2.7, 10.0.0.1");
    let tokens = Tokens::of(&try_log_in(&client, &me.email, PASSWORD).expect(200));
    let seed = server.seed();
    assert_eq!(sessions(&seed, me.id), [tokens.session()]);
    let stored = row(&seed, tokens.session());
    assert_eq!((&stored[0], &stored[2], &stored[3]), (&json!(1), &json!("Browser/1.0"), &json!("192.0.2.7")));
    assert!((jwt::now() - stored[1].as_i64().unwrap()).abs() < 10, "{stored}");
    let claims = jwt::claims(&tokens.refresh);
    assert_eq!((&claims["uid"], &claims["sid"]), (&json!(me.id), &json!(tokens.session())));
    assert_eq!((&claims["nc"], &claims["refid"], &claims["sub"]), (&stored[0], &stored[1], &json!("ort")));
    let left = claims["exp"].as_i64().unwrap() - jwt::now();
    assert!((1_209_590..=1_209_600).contains(&left), "{left}");
    let sql = "SELECT actor_id = ?1 AND dialect = 'idah' FROM audit_event WHERE target_id = ?2 AND action = 'session.created'";
    assert_eq!(seed.count(sql, params![me.id, tokens.session()]), 1);
    // A second login is a second session.
    me.log_in(server);
    assert_eq!(sessions(&seed, me.id).len(), 2);
}

fn a_refused_login_begins_no_session(server: &Server) {
    let me = person(server, Some("user"), &[]);
    invalid(server, &me.email, "Test-only-2");
    server.seed().set_state(me.id, "inactive");
    login(server, &me.email, PASSWORD).expect(401);
    assert_eq!(sessions(&server.seed(), me.id), [0; 0]);
}

fn many_wrong_passwords_have_to_wait(server: &Server) {
    let me = person(server, Some("user"), &[]);
    for _ in 0..6 {
        invalid(server, &me.email, "Test-only-2");
    }
    let answer = login(server, &me.email, PASSWORD);
    let (title, _) = refusal(&answer, 429);
    assert_eq!(title, "Verse::Error::TooManyRequests");
    assert!(answer.header("retry-after").parse::<i64>().unwrap() >= 1);
}

fn other_credentials_are_ignored(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let client = server.client().bearer("garbage").with("cookie", "auth-token=x; refresh-token=y");
    Tokens::of(&try_log_in(&client, &me.email, PASSWORD).expect(200));
}
