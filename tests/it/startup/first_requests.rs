//! The first requests of an installation arrive together, at all components.

use std::collections::BTreeMap;
use std::sync::Barrier;

use iam_domain::store::migrations::ALL;
use iam_tests::native::DATABASE;
use iam_tests::server::{CLIENT_ID, CLIENT_SECRET};
use iam_tests::{Client, Response, Runtime, Seed, Server};

/// Each on an empty folder.
const ROUNDS: usize = 3;

#[test]
fn native_starts_under_parallel_first_requests() {
    (0..ROUNDS).for_each(|_| first_requests(Runtime::Native));
}

#[test]
fn wasm_starts_under_parallel_first_requests() {
    (0..ROUNDS).for_each(|_| first_requests(Runtime::Wasm));
}

/// A request of each component, those of `tokens` with each algorithm, and the status it must get.
const REQUESTS: &[(&str, &str, u16)] = &[
    ("POST", "/oauth/v2/token", 200),
    ("GET", "/iam/v1/users/me/", 401),
    ("GET", "/oidc/jwks", 200),
    ("GET", "/iam/v1/organizations/me/", 401),
    ("POST", "/oidc/token", 200),
    ("GET", "/iam/v1/team/members/", 401),
    ("GET", "/oauth/v2/keys", 200),
    ("GET", "/iam/v1/service-accounts/", 401),
    ("GET", "/iam/v1/service-accounts/1/keys/", 401),
    ("GET", "/iam/v1/user-grants/me/authorizations/", 401),
    ("GET", "/account_sessions", 401),
    ("GET", "/iam/v1/outbox/", 401),
];

fn send(client: &Client, method: &str, path: &str) -> Response {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("resource", "https://default.logto.app/api"),
    ];
    if method == "POST" { client.form(path, &form) } else { client.get(path) }
}

fn first_requests(runtime: Runtime) {
    let server = Server::start_with(runtime, &[("logto_signing_algorithm", "ES256")]);
    let twice: Vec<_> = REQUESTS.iter().chain(REQUESTS).collect();
    let start = Barrier::new(twice.len());
    let answers: Vec<(&str, u16, Response)> = std::thread::scope(|scope| {
        let threads: Vec<_> = twice
            .iter()
            .map(|(method, path, wanted)| {
                let (client, start) = (server.client(), &start);
                scope.spawn(move || {
                    start.wait();
                    (*path, *wanted, send(&client, method, path))
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for (path, wanted, answer) in &answers {
        assert_eq!(answer.status, *wanted, "{runtime:?} {path}: {answer:?}");
    }
    check_database(runtime, &server);
    // Whichever request made a key, everybody's tokens are signed with the one that stayed.
    for (path, _, answer) in answers.iter().filter(|(path, ..)| *path == "/oauth/v2/token") {
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        let me = server.client().bearer(&token).get("/iam/v1/users/me/");
        assert_eq!(me.status, 200, "{runtime:?} {path}: {me:?}");
    }
    for (path, _, answer) in answers.iter().filter(|(path, ..)| path.ends_with("keys") || path.ends_with("jwks")) {
        assert_eq!(answer.json()["keys"].as_array().unwrap().len(), 2, "{runtime:?} {path}: {answer:?}");
    }
}

/// People who hold the highest role of the platform.
const SUPERADMINS: &str = "SELECT count(*) FROM role_grant g JOIN role r ON r.id = g.role_id \
    JOIN principal p ON p.id = g.principal_id \
    WHERE p.kind = 'user' AND r.key = 'admin' AND g.organization_id IS NULL";

fn check_database(runtime: Runtime, server: &Server) {
    let seed = Seed::open(&server.state().join(DATABASE));
    let count = |sql: &str| seed.count(sql, vec![]);
    assert_eq!(count(SUPERADMINS), 1, "superadmins");
    assert_eq!(count("SELECT count(*) FROM principal WHERE kind = 'service_account'"), 1, "machine clients");
    assert_eq!(count("SELECT count(*) FROM user WHERE account_role = 'api_service'"), 1, "owners of API keys");
    assert_eq!(count("SELECT count(*) FROM principal"), 3);
    assert_eq!(count("SELECT count(*) FROM organization"), 1);
    assert_eq!(count("SELECT count(*) FROM credential"), 2, "a password and a client secret");
    let runs = count("SELECT count(*) FROM audit_event WHERE action = 'installation.bootstrapped'");
    // The component `tokens` knows of the machine client alone; where it is first, `logins` makes the people after it.
    assert!(if runtime == Runtime::Wasm { [1, 2].contains(&runs) } else { runs == 1 }, "{runtime:?}: {runs} runs");
    assert_eq!(count("SELECT count(*) FROM schema_migration"), i64::try_from(ALL.len()).unwrap());
    let keys = seed.run("SELECT algorithm, count(*) FROM signing_key GROUP BY algorithm", vec![]);
    let keys: BTreeMap<String, i64> = keys.iter().map(|row| (row.text(0).unwrap(), row.integer(1).unwrap())).collect();
    assert_eq!(keys, BTreeMap::from([("ES256".into(), 1), ("EdDSA".into(), 1)]), "signing keys");
}
