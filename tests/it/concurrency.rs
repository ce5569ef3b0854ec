//! Requests that arrive together: each rule holds, and nobody gets a 500.

use std::collections::BTreeMap;
use std::sync::Barrier;

use iam_domain::params;
use iam_tests::{Client, Response, Runtime, Seed, Server};
use serde_json::{Value, json};

crate::on_both!(
    one_of_many_gets_the_address,
    many_addresses_are_all_taken,
    one_of_many_deletes,
    the_first_member_alone_is_administrator,
    many_service_accounts_are_all_made,
);

const MANY: usize = 16;
const MEMBERS: &str = "/iam/v1/team/members/";
const ACCOUNTS: &str = "/iam/v1/service-accounts/";

/// An organization of the test's own, with an administrator of its own: a machine.
struct Place {
    seed: Seed,
    organization: i64,
    door: Door,
}

/// The administrator's way in.
struct Door {
    base: String,
    token: String,
}

impl Place {
    fn new(server: &Server, name: &str) -> Self {
        let seed = server.seed();
        let organization = seed.organization(name);
        let machine = seed.machine(organization, &["org:admin"]);
        let token = server.token(&machine.id.to_string(), &machine.secret);
        Self { seed, organization, door: Door { base: server.base().to_owned(), token } }
    }

    fn count(&self, sql: &str) -> i64 {
        self.seed.count(sql, params![self.organization])
    }
}

impl Door {
    fn client(&self) -> Client {
        Client::new(&self.base).bearer(&self.token)
    }

    /// Sends `count` requests at the same moment, each on a connection of its own.
    fn at_once(&self, count: usize, send: impl Fn(usize, &Client) -> Response + Sync) -> Vec<Response> {
        let start = Barrier::new(count);
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..count)
                .map(|index| {
                    let (start, send) = (&start, &send);
                    scope.spawn(move || {
                        let client = self.client();
                        start.wait();
                        send(index, &client)
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        })
    }
}

/// Unlike any other test's, on whichever server.
fn email(organization: i64, name: &str) -> String {
    format!("{name}-{organization}@example.org")
}

fn person(email: &str) -> Value {
    json!({ "first_name": "Ada", "last_name": "Lovelace", "email": email })
}

#[track_caller]
fn assert_statuses(answers: &[Response], wanted: &[(u16, usize)]) {
    let mut statuses = BTreeMap::new();
    for answer in answers {
        *statuses.entry(answer.status).or_insert(0) += 1;
    }
    assert_eq!(statuses, wanted.iter().copied().collect(), "{answers:#?}");
}

fn one_of_many_gets_the_address(server: &Server) {
    let place = Place::new(server, "Same address");
    let same = email(place.organization, "same");
    // The case of the letters does not make another address.
    let typed = |index: usize| if index.is_multiple_of(2) { same.clone() } else { same.to_uppercase() };
    let answers = place.door.at_once(MANY, |index, client| client.post(MEMBERS, &person(&typed(index))));
    assert_statuses(&answers, &[(201, 1), (409, MANY - 1)]);
    assert_eq!(place.seed.count("SELECT count(*) FROM user WHERE email_key = ?1", params![&same]), 1);
    assert_eq!(place.count("SELECT count(*) FROM principal WHERE organization_id = ?1 AND kind = 'user'"), 1);
    assert_eq!(place.count("SELECT count(*) FROM outbox WHERE organization_id = ?1"), 1, "mail");
    assert_eq!(place.count("SELECT count(*) FROM audit_event WHERE organization_id = ?1"), 1, "audit");
}

fn many_addresses_are_all_taken(server: &Server) {
    let place = Place::new(server, "Many addresses");
    let organization = place.organization;
    let email = |index: usize| email(organization, &format!("n{index}"));
    let answers = place.door.at_once(MANY, |index, client| client.post(MEMBERS, &person(&email(index))));
    assert_statuses(&answers, &[(201, MANY)]);
    let members = place.door.client().get(MEMBERS).expect(200).json();
    let mut listed: Vec<String> =
        members.as_array().unwrap().iter().map(|member| member["email"].as_str().unwrap().to_owned()).collect();
    listed.sort();
    let mut sent: Vec<String> = (0..MANY).map(email).collect();
    sent.sort();
    assert_eq!(listed, sent);
    for table in ["outbox", "one_time_code"] {
        let rows = place.count(&format!("SELECT count(*) FROM {table} WHERE organization_id = ?1"));
        assert_eq!(rows, i64::try_from(MANY).unwrap(), "{table}");
    }
}

fn many_service_accounts_are_all_made(server: &Server) {
    let place = Place::new(server, "Many machines");
    let answers = place.door.at_once(MANY, |_, client| client.post_empty(ACCOUNTS));
    assert_statuses(&answers, &[(201, MANY)]);
    let mut ids: Vec<String> = answers.iter().map(|answer| answer.json()["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), MANY, "each has an id of its own");
    let made = "SELECT count(*) FROM audit_event WHERE organization_id = ?1 AND action = 'service_account.created'";
    assert_eq!(place.count(made), i64::try_from(MANY).unwrap());
}

fn one_of_many_deletes(server: &Server) {
    let place = Place::new(server, "Deleted once");
    let client = place.door.client();
    let account = client.post_empty(ACCOUNTS).expect(201).json()["id"].as_str().unwrap().to_owned();
    let path = format!("{ACCOUNTS}{account}/");
    let answers = place.door.at_once(MANY, |_, client| client.delete(&path));
    assert_statuses(&answers, &[(204, 1), (404, MANY - 1)]);
    let deleted = "SELECT count(*) FROM audit_event WHERE organization_id = ?1 AND action = 'service_account.deleted'";
    assert_eq!(place.count(deleted), 1, "what did not happen is not in the audit");
}

fn the_first_member_alone_is_administrator(server: &Server) {
    let place = Place::new(server, "First member");
    let organization = place.organization;
    let email = |index: usize| email(organization, &format!("f{index}"));
    let answers = place.door.at_once(8, |index, client| client.post(MEMBERS, &person(&email(index))));
    assert_statuses(&answers, &[(201, 8)]);
    let holders = |key: &str| {
        let sql = "SELECT count(*) FROM role_grant g JOIN role r ON r.id = g.role_id \
                   JOIN principal p ON p.id = g.principal_id \
                   WHERE g.organization_id = ?1 AND p.kind = 'user' AND r.key = ?2";
        place.seed.count(sql, params![place.organization, key])
    };
    assert_eq!((holders("org:admin"), holders("org:user")), (1, 7));
}

/// Somebody else holds the write lock for longer than a request waits for it.
fn a_locked_store(runtime: Runtime) {
    // A server of its own: others would wait as well.
    let server = Server::start(runtime);
    let place = Place::new(&server, "Locked");
    let client = place.door.client();
    let person = person("late@example.org");
    place.seed.run("BEGIN IMMEDIATE", vec![]);
    let refused = client.post(MEMBERS, &person).expect(503);
    assert_eq!(refused.headers["retry-after"], "1", "{refused:?}");
    client.get(MEMBERS).expect(200);
    place.seed.run("COMMIT", vec![]);
    client.post(MEMBERS, &person).expect(201);
    assert_eq!(place.count("SELECT count(*) FROM audit_event WHERE organization_id = ?1"), 1);
}

#[test]
fn native_says_503_while_another_program_writes() {
    a_locked_store(Runtime::Native);
}

#[test]
fn wasm_says_503_while_another_program_writes() {
    a_locked_store(Runtime::Wasm);
}
