//! `GET /account_sessions`.

use iam_domain::params;
use iam_tests::{Client, Seed, Server};
use serde_json::{Value, json};

use crate::wire::idah::{account, caller, faults, ids, refusal, session};

crate::on_both!(
    a_session_has_all_attributes,
    who_sees_whose,
    only_sessions_that_go_on_are_listed,
    every_attribute_can_be_filtered_by,
    hidden_counters_can_be_filtered_by_but_not_sorted_by,
    every_attribute_can_be_sorted_by,
    pages_and_count,
    the_account_can_come_along_once,
    nothing_else_can_come_along,
    fields_can_be_chosen,
    there_is_no_single_session,
    a_caller_is_needed,
);

const PATH: &str = "/account_sessions";

fn set(seed: &Seed, id: i64, column: &str, value: impl Into<iam_domain::store::Value>) {
    seed.run(&format!("UPDATE session SET {column} = ?2 WHERE id = ?1"), vec![id.into(), value.into()]);
}

/// Somebody with a number of sessions more; an administrator, and the query that finds those sessions alone.
fn with_sessions(server: &Server, count: usize) -> (Client, i64, Vec<i64>, String) {
    let (id, _) = account(server, Some("user"), &[]);
    let mut sessions: Vec<i64> = (0..count).map(|_| session(server, id)).collect();
    sessions.sort_unstable();
    (caller(server, "admin", &[]).client, id, sessions, format!("{PATH}?filter[account_id]={id}"))
}

fn a_session_has_all_attributes(server: &Server) {
    let (admin, id, sessions, path) = with_sessions(server, 1);
    let seed = server.seed();
    set(&seed, sessions[0], "user_agent", "curl/8");
    set(&seed, sessions[0], "ip", "10.0.0.9");
    set(&seed, sessions[0], "created_at", 1_768_386_198_123_i64);
    set(&seed, sessions[0], "updated_at", 1_768_386_199_999_i64);
    let wanted = json!({
        "data": [{
            "type": "iam:account_sessions",
            "id": sessions[0].to_string(),
            "attributes": {
                "account_id": id, "user_agent": "curl/8", "ip": "10.0.0.9",
                "created_at": "2026-01-14T10:23:18Z", "updated_at": "2026-01-14T10:23:19Z",
            },
            "relationships": { "account": { "data": { "type": "iam:accounts", "id": id.to_string() } } },
        }],
        "meta": {},
    });
    assert_eq!(admin.get(&path).expect(200).json(), wanted);
    set(&seed, sessions[0], "user_agent", None::<String>);
    set(&seed, sessions[0], "ip", None::<String>);
    let attributes = admin.get(&path).json()["data"][0]["attributes"].clone();
    assert_eq!((&attributes["user_agent"], &attributes["ip"]), (&json!(null), &json!(null)));
    assert_eq!(attributes.as_object().unwrap().len(), 5);
}

fn who_sees_whose(server: &Server) {
    let organization = server.seed().organization("Sessions");
    let (other, _) = account(server, Some("user"), &[organization]);
    let of_other = session(server, other);
    for (role, sees_all) in [("admin", true), ("system", true), ("org_owner", false), ("user", false)] {
        let me = caller(server, role, &[organization]);
        let path = format!("{PATH}?filter[account_id][]={}&filter[account_id][]={other}", me.id);
        let mut wanted = if sees_all { vec![me.session, of_other] } else { vec![me.session] };
        wanted.sort_unstable();
        assert_eq!(ids(&me.client.get(&path)), wanted, "{role}");
        assert_eq!(ids(&me.client.get(&format!("/api/v1/iam{path}"))), wanted, "{role}");
        if !sees_all {
            assert_eq!(ids(&me.client.get(PATH)), [me.session], "{role}");
            let path = format!("{PATH}?filter[account_id]={other}&count=true");
            assert_eq!(me.client.get(&path).expect(200).json()["meta"], json!({ "count": 0, "more": false }));
        }
    }
}

fn only_sessions_that_go_on_are_listed(server: &Server) {
    let (admin, _, sessions, path) = with_sessions(server, 4);
    let seed = server.seed();
    set(&seed, sessions[0], "revoked_at", 1);
    set(&seed, sessions[1], "expires_at", 1);
    // Whichever API it began in.
    set(&seed, sessions[2], "dialect", "eazyrent");
    assert_eq!(ids(&admin.get(&path)), sessions[2..]);
    assert_eq!(admin.get(&format!("{path}&count=true")).json()["meta"]["count"], json!(2));
}

fn every_attribute_can_be_filtered_by(server: &Server) {
    let (admin, id, sessions, path) = with_sessions(server, 3);
    let seed = server.seed();
    set(&seed, sessions[0], "user_agent", "Agent A");
    set(&seed, sessions[1], "user_agent", "agent a");
    set(&seed, sessions[0], "ip", "192.0.2.1");
    set(&seed, sessions[1], "ip", "192.0.2.2");
    let found = |filter: &str| ids(&admin.get(&format!("{path}&{filter}")));
    assert_eq!(found(&format!("filter[id]={}", sessions[1])), [sessions[1]]);
    assert_eq!(
        found(&format!("filter[id][]={}&filter[id][]={}", sessions[0], sessions[2])),
        [sessions[0], sessions[2]]
    );
    assert_eq!(found("filter[user_agent]=Agent%20A"), [sessions[0]]);
    assert_eq!(found("filter[user_agent][]=Agent+A&filter[user_agent][]=agent+a"), sessions[..2]);
    assert_eq!(found("filter[user_agent]"), sessions[2..]);
    assert_eq!(found("filter[ip]=192.0.2.2"), [sessions[1]]);
    assert_eq!(found("filter[ip]=192.0.2.2&filter[user_agent]=Agent%20A"), [0; 0]);
    assert_eq!(found("filter[ip__match]=192&filter[unknown]=1"), sessions, "what is not declared is ignored");
    assert_eq!(ids(&admin.get(&format!("{PATH}?filter[account_id][]={id}&filter[account_id][]=1"))), sessions);
    for (filter, key) in [("filter[id]=x", "id"), ("filter[account_id]=x", "account_id"), ("filter[nonce]=x", "nonce")]
    {
        let wanted = (format!("/filter/{key}"), "must be an integer".to_owned());
        assert_eq!(faults(&admin.get(&format!("{PATH}?{filter}"))), [wanted]);
    }
    assert_eq!(faults(&admin.get(&format!("{PATH}?filter=x"))), [("/filter".to_owned(), "must be a hash".to_owned())]);
}

fn hidden_counters_can_be_filtered_by_but_not_sorted_by(server: &Server) {
    let (admin, _, sessions, path) = with_sessions(server, 2);
    let seed = server.seed();
    set(&seed, sessions[0], "nonce", 7);
    set(&seed, sessions[0], "refresh_seq", 4711);
    let answer = admin.get(&format!("{path}&filter[nonce]=7"));
    assert_eq!(ids(&answer), [sessions[0]]);
    assert!(!answer.body.contains("nonce") && !answer.body.contains("refresh"), "{answer:?}");
    assert_eq!(ids(&admin.get(&format!("{path}&filter[refresh_seq]=4711"))), [sessions[0]]);
    assert_eq!(ids(&admin.get(&format!("{path}&filter[refresh_seq][]=4711&filter[refresh_seq][]=1"))), [sessions[0]]);
    for key in ["nonce", "refresh_seq", "-nonce", "account_sessions.refresh_seq", "dialect", "ip,nonce"] {
        let found = faults(&admin.get(&format!("{path}&sort={key}")));
        assert_eq!(found.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), ["/sort"], "{key}");
    }
}

fn every_attribute_can_be_sorted_by(server: &Server) {
    let (admin, _, sessions, path) = with_sessions(server, 3);
    let (a, b, c) = (sessions[0], sessions[1], sessions[2]);
    let seed = server.seed();
    for (column, values) in [("user_agent", ["y", "x"]), ("ip", ["192.0.2.2", "192.0.2.1"])] {
        set(&seed, a, column, values[0]);
        set(&seed, b, column, values[1]);
    }
    for (id, created, updated) in [(a, 2000, 1000), (b, 1000, 3000), (c, 3000, 2000)] {
        set(&seed, id, "created_at", created);
        set(&seed, id, "updated_at", updated);
    }
    let sorted = |key: &str| ids(&admin.get(&format!("{path}&sort={key}")));
    assert_eq!(ids(&admin.get(&path)), [a, b, c]);
    assert_eq!(sorted("-id"), [c, b, a]);
    for key in ["user_agent", "ip"] {
        assert_eq!(sorted(key), [b, a, c], "what is absent comes last");
        assert_eq!(sorted(&format!("-{key}")), [c, a, b], "and first descending");
    }
    assert_eq!(sorted("created_at"), [b, a, c]);
    assert_eq!(sorted("-account_sessions.updated_at"), [b, c, a]);
    assert_eq!(sorted("account_id,-created_at"), [c, a, b]);
}

fn pages_and_count(server: &Server) {
    let (admin, _, sessions, path) = with_sessions(server, 3);
    let page = |number: i64| admin.get(&format!("{path}&page[number]={number}&page[size]=2&count=yes"));
    assert_eq!((ids(&page(1)), ids(&page(2)), ids(&page(3))), (sessions[..2].to_vec(), sessions[2..].to_vec(), vec![]));
    assert_eq!(page(1).json()["meta"], json!({ "count": 3, "more": false }));
    for (query, at, what) in [
        ("page[size]=0", "/page/size", "must be between 1 and 1000"),
        ("page[size]=1001", "/page/size", "must be between 1 and 1000"),
        ("page[number]=0", "/page/number", "must be positive"),
        ("page=2", "/page", "must be a hash"),
        ("count=1", "/count", "must be a boolean"),
    ] {
        assert_eq!(faults(&admin.get(&format!("{PATH}?{query}"))), [(at.to_owned(), what.to_owned())]);
    }
}

fn the_account_can_come_along_once(server: &Server) {
    let (admin, id, sessions, path) = with_sessions(server, 2);
    for query in ["included[]=account", "included=account"] {
        let answer = admin.get(&format!("{path}&{query}"));
        assert_eq!(ids(&answer), sessions);
        let body = answer.json();
        let included = body["included"].as_array().unwrap();
        assert_eq!(included.len(), 1, "{body}");
        assert_eq!(included[0], admin.get(&format!("/accounts/{id}")).expect(200).json()["data"]);
    }
    // Without sessions there are no accounts either.
    let none = admin.get(&format!("{path}&included[]=account&filter[ip]=none")).expect(200).json();
    assert_eq!(none, json!({ "data": [], "meta": {} }));
    // Of several accounts each one.
    let (other, _) = account(server, Some("user"), &[]);
    session(server, other);
    let both = admin.get(&format!("{PATH}?filter[account_id][]={id}&filter[account_id][]={other}&included[]=account"));
    let mut found: Vec<String> =
        both.json()["included"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    found.sort();
    let mut wanted = [id.to_string(), other.to_string()];
    wanted.sort();
    assert_eq!(found, wanted);
    // Oneself, whatever accounts one sees otherwise.
    let me = caller(server, "user", &[]);
    let body = me.client.get(&format!("{PATH}?included[]=account")).expect(200).json();
    assert_eq!(body["included"][0]["attributes"]["email"], me.email);
}

fn nothing_else_can_come_along(server: &Server) {
    let me = caller(server, "user", &[]);
    for query in ["included[]=organization", "included[]=account&included[]=x"] {
        let wanted = ("/included".to_owned(), "must be one of `account`".to_owned());
        assert_eq!(faults(&me.client.get(&format!("{PATH}?{query}"))), [wanted]);
    }
}

fn fields_can_be_chosen(server: &Server) {
    let (admin, id, _, path) = with_sessions(server, 1);
    let query = "fields[iam:account_sessions][]=ip&fields[iam:account_sessions][]=id&fields[iam:accounts][]=email";
    let body = admin.get(&format!("{path}&included[]=account&{query}")).expect(200).json();
    assert_eq!(body["data"][0]["attributes"], json!({ "ip": null }));
    assert_eq!(body["data"][0]["relationships"]["account"]["data"]["id"], json!(id.to_string()));
    let included: Vec<&String> = body["included"][0]["attributes"].as_object().unwrap().keys().collect();
    assert_eq!(included, ["email"]);
}

fn there_is_no_single_session(server: &Server) {
    let me = caller(server, "admin", &[]);
    let one = format!("{PATH}/{}", me.session);
    for (method, path) in [("GET", one.as_str()), ("PATCH", &one), ("POST", PATH), ("GET", "/account_sessions/")] {
        let answer = me.client.send(method, path, None, b"").expect(404).json();
        assert_eq!((&answer["type"], answer.get("errors")), (&json!("Verse::Error::NotFound"), None::<&Value>));
    }
    assert_eq!(me.client.head(PATH).status, 200);
}

fn a_caller_is_needed(server: &Server) {
    let answer = server.client().get(PATH);
    assert_eq!(refusal(&answer, 401), ("Verse::Error::Authorization".to_owned(), "unauthorized_access".to_owned()));
    // Who is calling comes before what is asked.
    server.client().get(&format!("{PATH}?page=2")).expect(401);
    let me = caller(server, "user", &[]);
    server.seed().run("UPDATE user SET account_role = 'api_service' WHERE id = ?1", params![me.id]);
    me.client.get(PATH).expect(401);
}
