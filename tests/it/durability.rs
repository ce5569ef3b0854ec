//! `kill -9` in the middle of writes: what was acknowledged is there, and nothing is half-made.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, Sender, channel};

use iam_domain::params;
use iam_domain::store::native::NativeDatabase;
use iam_tests::native::DATABASE;
use iam_tests::{Runtime, Seed, Server};
use serde_json::{Value, json};
use tempfile::TempDir;

const ROUNDS: usize = 3;
/// Acknowledged writes after which the server is killed.
const WRITES: usize = 60;

#[test]
fn native_loses_nothing_acknowledged() {
    kill_and_check(Runtime::Native);
}

#[test]
fn wasm_loses_nothing_acknowledged() {
    kill_and_check(Runtime::Wasm);
}

/// What a server has promised: audit action and id of the thing made.
type Promise = (&'static str, i64);

fn kill_and_check(runtime: Runtime) {
    let state = TempDir::new().unwrap();
    let mut promised = BTreeSet::new();
    for round in 0..ROUNDS {
        let server = Server::start_on(runtime, state.path(), &[]);
        let before = promised.len();
        promised.extend(write_until_killed(server, round));
        assert!(promised.len() >= before + WRITES, "round {round}: only {} promises", promised.len() - before);
        check_files(&state);
        let server = Server::start_on(runtime, state.path(), &[]);
        check_promises(&server, &promised);
    }
}

/// Two writers, each on one kept connection; the server is killed while both are at it.
fn write_until_killed(server: Server, round: usize) -> Vec<Promise> {
    let token = server.bootstrap_token();
    let (sender, promises) = channel();
    let person = move |number: usize| json!({ "first_name": "Ada", "last_name": "Lovelace", "email": format!("r{round}n{number}@example.org") });
    let members = Writer::new(&server, &token, "user.created", "/iam/v1/team/members/", &sender);
    let accounts = Writer::new(&server, &token, "service_account.created", "/iam/v1/service-accounts/", &sender);
    // When both writers have ended, so have the promises.
    drop(sender);
    std::thread::scope(|scope| {
        scope.spawn(move || members.run(person));
        scope.spawn(move || accounts.run(|number| json!({ "name": format!("r{round}n{number}") })));
        let mut kept = take(&promises, WRITES);
        server.kill();
        kept.extend(promises);
        kept
    })
}

fn take(promises: &Receiver<Promise>, count: usize) -> Vec<Promise> {
    (0..count).map(|_| promises.recv().expect("the writers ended before the server was killed")).collect()
}

/// Writes until the server is gone.
struct Writer {
    agent: ureq::Agent,
    url: String,
    authorization: String,
    action: &'static str,
    promises: Sender<Promise>,
}

impl Writer {
    fn new(server: &Server, token: &str, action: &'static str, path: &str, promises: &Sender<Promise>) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let (url, authorization) = (format!("{}{path}", server.base()), format!("Bearer {token}"));
        Self { agent: config.into(), url, authorization, action, promises: promises.clone() }
    }

    fn run(self, body: impl Fn(usize) -> Value) {
        for number in 0.. {
            let Some((status, text)) = self.post(&body(number)) else { return };
            // Anything else than success from a living server is a fault.
            assert_eq!(status, 201, "{text}");
            let made: Value = serde_json::from_str(&text).unwrap();
            let id = made["id"].as_str().unwrap().parse().unwrap();
            self.promises.send((self.action, id)).unwrap();
        }
    }

    /// `None` when the connection broke.
    fn post(&self, body: &Value) -> Option<(u16, String)> {
        let request = self.agent.post(&self.url).header("authorization", &self.authorization);
        let mut answer = request.content_type("application/json").send(body.to_string()).ok()?;
        let text = answer.body_mut().read_to_string().ok()?;
        Some((answer.status().as_u16(), text))
    }
}

/// The files as the dead process left them, before anything else opens them: `SQLite` recovers by itself.
fn check_files(state: &TempDir) {
    let database = NativeDatabase::new(state.path().join(DATABASE)).connect().unwrap();
    let rows = database.run("PRAGMA integrity_check", vec![]).unwrap();
    assert_eq!(rows.first().unwrap().text(0).unwrap(), "ok");
    assert_eq!(database.run("PRAGMA foreign_key_check", vec![]).unwrap(), []);
}

fn check_promises(server: &Server, promised: &BTreeSet<Promise>) {
    let client = server.client().bearer(&server.bootstrap_token());
    let seed = Seed::open(&server.state().join(DATABASE));
    for (action, path, kind, made) in [
        ("user.created", "/iam/v1/team/members/", "user", MEMBER),
        ("service_account.created", "/iam/v1/service-accounts/", "service_account", ACCOUNT),
    ] {
        let promised: BTreeSet<i64> = promised.iter().filter(|(of, _)| *of == action).map(|(_, id)| *id).collect();
        // By the API …
        let listed = client.get(path).expect(200).json();
        let listed: BTreeSet<i64> =
            listed.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().parse().unwrap()).collect();
        assert!(promised.is_subset(&listed), "lost: {:?}", promised.difference(&listed).collect::<Vec<_>>());
        // … and in the database, where each is whole: those whose acknowledgement was cut off, too.
        let audited = "SELECT count(*), count(DISTINCT target_id) FROM audit_event WHERE action = ?1";
        let audited = seed.run(audited, params![action]);
        let audited = (audited[0].integer(0).unwrap(), audited[0].integer(1).unwrap());
        let whole = seed.count(made, params![action]);
        // The principals of the start are not in the audit one by one.
        let at_start =
            "SELECT count(*) FROM principal WHERE kind = ?1 AND id NOT IN (SELECT subject_id FROM installation)";
        let principals = seed.count(at_start, params![kind]);
        assert_eq!(audited, (whole, whole), "{action}: audited and whole");
        assert_eq!(principals, whole, "{action}: half-made");
        assert!(whole >= i64::try_from(promised.len()).unwrap());
    }
    // The owner of API keys is in no organization.
    let stray = "SELECT (SELECT count(*) FROM membership) - (SELECT count(*) FROM principal) + 1, \
                 (SELECT count(*) FROM outbox) - (SELECT count(*) FROM one_time_code)";
    let stray = seed.run(stray, vec![]);
    assert_eq!((stray[0].integer(0).unwrap(), stray[0].integer(1).unwrap()), (0, 0), "stray memberships, mail");
}

/// Members with everything that belongs to one.
const MEMBER: &str = "SELECT count(*) FROM principal p JOIN user u ON u.id = p.id \
    WHERE (SELECT count(*) FROM membership WHERE principal_id = p.id AND kind = p.kind) = 1 \
      AND (SELECT count(*) FROM role_grant WHERE principal_id = p.id AND organization_id = p.organization_id) = 1 \
      AND (SELECT count(*) FROM one_time_code WHERE principal_id = p.id) = 1 \
      AND (SELECT count(*) FROM outbox WHERE recipient = u.email) = 1 \
      AND (SELECT count(*) FROM audit_event WHERE target_id = p.id AND action = ?1) = 1";

/// Service accounts with everything that belongs to one.
const ACCOUNT: &str = "SELECT count(*) FROM principal p JOIN service_account s ON s.id = p.id \
    WHERE (SELECT count(*) FROM membership WHERE principal_id = p.id AND kind = p.kind) = 1 \
      AND (SELECT count(*) FROM role_grant WHERE principal_id = p.id AND organization_id = p.organization_id) = 1 \
      AND (SELECT count(*) FROM audit_event WHERE target_id = p.id AND action = ?1) = 1";
