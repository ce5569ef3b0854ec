//! SQL statements per request, on an instance that has served before: each is a hop to the host on WebAssembly, so a
//! new one has to be meant. Run with `--nocapture` for the table that the documents show.

mod eazyrent;
mod idah;
mod logto;

use std::fmt::Write as _;

use iam_tests::Response;
use iam_tests::in_process::InProcess;
use iam_tests::server::{CLIENT_ID, CLIENT_SECRET};
use serde_json::{Value, json};

/// A request, its status, and its statements (`BEGIN` and `COMMIT` count).
const EXPECTED: &[(&str, u16, u64)] = &[
    ("my_organization", 200, 2),
    ("get_my_user", 200, 2),
    ("list_organization_members", 200, 2),
    // With the look for mail that is too old.
    ("add_organization_members", 201, 16),
    ("get_service_accounts", 200, 2),
    ("create_service_account", 201, 10),
    ("create_key", 201, 8),
    ("list_keys", 200, 2),
    ("delete_key", 204, 7),
    ("delete_service_account", 204, 7),
    ("POST /oauth/v2/token (client_credentials)", 200, 1),
    ("POST /oauth/v2/token (jwt-bearer)", 200, 1),
    ("POST /oidc/token (resource)", 200, 2),
    ("POST /oidc/token (organization)", 200, 2),
    ("POST /oauth/v2/introspect", 200, 2),
    ("POST /oauth/v2/revoke", 200, 7),
    ("GET /oauth/v2/keys", 200, 1),
    ("GET /oidc/jwks", 200, 1),
    ("GET /.well-known/openid-configuration", 200, 0),
    ("GET /oidc/.well-known/openid-configuration", 200, 0),
];

/// Operations that only read, of which each may take two statements: the caller, and the answer.
const READS: usize = 5;

/// Sends each request once and notes what it took.
struct Round<'a> {
    app: &'a InProcess,
    token: String,
    taken: Vec<(&'static str, u16, u64)>,
}

impl Round<'_> {
    fn note(&mut self, name: &'static str, send: impl FnOnce(&InProcess) -> Response) -> Response {
        let before = self.app.statements();
        let answer = send(self.app);
        self.taken.push((name, answer.status, self.app.statements() - before));
        assert!(answer.status < 300, "{name}: {answer:?}");
        answer
    }

    fn call(&mut self, name: &'static str, method: &str, path: &str, body: Option<&Value>) -> Response {
        let token = self.token.clone();
        self.note(name, |app| app.bearer(&token, method, path, body))
    }

    fn form(&mut self, name: &'static str, path: &str, own: &[(&str, &str)]) -> Response {
        let client = [("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)];
        self.note(name, |app| app.form(path, &[own, &client].concat()))
    }
}

/// One pass over all requests; `email` must be new.
fn round(app: &InProcess, email: &str) -> Vec<(&'static str, u16, u64)> {
    let mut round = Round { app, token: app.token(CLIENT_ID, CLIENT_SECRET), taken: Vec::new() };
    let mine = round.call("my_organization", "GET", "/iam/v1/organizations/me/", None).json();
    round.call("get_my_user", "GET", "/iam/v1/users/me/", None);
    round.call("list_organization_members", "GET", "/iam/v1/team/members/", None);
    let person = json!({ "first_name": "Ada", "last_name": "Lovelace", "email": email });
    round.call("add_organization_members", "POST", "/iam/v1/team/members/", Some(&person));

    let accounts = "/iam/v1/service-accounts/";
    round.call("get_service_accounts", "GET", accounts, None);
    let account = round.call("create_service_account", "POST", accounts, None).json();
    let account = format!("{accounts}{}/", account["id"].as_str().unwrap());
    let key = round.call("create_key", "POST", &format!("{account}keys/"), None).json();
    round.call("list_keys", "GET", &format!("{account}keys/"), None);

    tokens(&mut round, &mine, &key);

    let key_id = key["keyId"].as_str().unwrap();
    round.call("delete_key", "DELETE", &format!("{account}keys/{key_id}/"), None);
    round.call("delete_service_account", "DELETE", &account, None);
    round.taken
}

fn tokens(round: &mut Round<'_>, organization: &Value, key: &Value) {
    let grant = ("grant_type", "client_credentials");
    let token = round.form("POST /oauth/v2/token (client_credentials)", "/oauth/v2/token", &[grant]).json();
    let token = token["access_token"].as_str().unwrap();
    let assertion = assertion(round.app, key);
    let jwt = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    round.note("POST /oauth/v2/token (jwt-bearer)", |app| {
        app.form("/oauth/v2/token", &[("grant_type", jwt), ("assertion", &assertion)])
    });
    let resource = ("resource", "https://default.logto.app/api");
    round.form("POST /oidc/token (resource)", "/oidc/token", &[grant, resource]);
    let organization = ("organization_id", organization["id"].as_str().unwrap());
    round.form("POST /oidc/token (organization)", "/oidc/token", &[grant, organization]);
    // The signature of this token is verified here for the first time; its key is at hand.
    round.form("POST /oauth/v2/introspect", "/oauth/v2/introspect", &[("token", token)]);
    round.form("POST /oauth/v2/revoke", "/oauth/v2/revoke", &[("token", token)]);
    for (name, path) in [
        ("GET /oauth/v2/keys", "/oauth/v2/keys"),
        ("GET /oidc/jwks", "/oidc/jwks"),
        ("GET /.well-known/openid-configuration", "/.well-known/openid-configuration"),
        ("GET /oidc/.well-known/openid-configuration", "/oidc/.well-known/openid-configuration"),
    ] {
        round.note(name, |app| app.send("GET", path, &[], Vec::new()));
    }
}

/// Signs with a key file, as the published client does.
fn assertion(app: &InProcess, key: &Value) -> String {
    use iam_domain::crypto::{SigningAlgorithm, SigningKey};
    let text = |name: &str| key[name].as_str().unwrap();
    let signing = SigningKey::from_stored(SigningAlgorithm::Rs256, text("key"), Some(text("keyId"))).unwrap();
    let now = app.now() / 1000;
    let claims = json!({
        "iss": text("userId"), "sub": text("userId"), "aud": iam_tests::in_process::ORIGIN, "iat": now, "exp": now + 300,
    });
    signing.sign("JWT", &claims).unwrap()
}

fn table(taken: &[(&str, u16, u64)]) -> String {
    let mut text = "| request | statements |\n|---|---|\n".to_owned();
    for (name, _, statements) in taken {
        let _ = writeln!(text, "| {name} | {statements} |");
    }
    text
}

#[test]
#[allow(clippy::print_stdout, reason = "the table of the documents")]
fn requests_take_as_many_statements_as_meant() {
    let app = InProcess::default();
    round(&app, "first@example.org");
    let taken = round(&app, "second@example.org");
    println!("{}", table(&taken));
    let by_name = |list: &[(&'static str, u16, u64)]| {
        let mut list = list.to_vec();
        list.sort_unstable();
        list
    };
    assert_eq!(by_name(&taken), by_name(EXPECTED), "\n{}", table(&taken));
    let reads = EXPECTED.iter().take(10).filter(|(_, status, statements)| *status == 200 && *statements <= 2);
    assert_eq!(reads.count(), READS, "a read takes two statements");
}
