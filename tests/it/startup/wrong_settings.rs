//! Variables that are wrong: the client sees a plain 500, the operator one line that names the variable.

use iam_tests::{Response, Runtime};

use super::logged::Logged;

const TOKEN: &str = "/oauth/v2/token";
const MEMBERS: &str = "/iam/v1/team/members/";
const REFRESH: &str = "/auth/refresh";
const KEYS: &str = "/oauth/v2/keys";

/// Variable, a wrong value, a path of a component that reads it, and what the log says it should be.
type Case = (&'static str, &'static str, &'static str, &'static str);

/// Found when an instance reads its settings.
const SETTINGS: &[Case] = &[
    ("public_url", "iam.example.org", MEMBERS, "must be scheme and host only, such as https://iam.example.org"),
    ("public_url", "https://iam.example.org/base", TOKEN, "must be scheme and host only"),
    ("eazyrent_signing_algorithm", "HS256", TOKEN, "must be EdDSA, ES256 or RS256"),
    ("logto_signing_algorithm", "none", KEYS, "must be EdDSA, ES256 or RS256"),
    ("eazyrent_access_token_ttl", "0", TOKEN, "must be a number of seconds, from 1 to 31536000"),
    ("logto_access_token_ttl", "1h", KEYS, "must be a number of seconds"),
    (
        "idah_jwt_key",
        "file:/etc/idah/jwt.pem",
        TOKEN,
        "must be the PEM text of the key itself, as components cannot read",
    ),
    ("idah_jwt_key", "-----BEGIN PRIVATE KEY-----", TOKEN, "must be a private key on the curve P-256 in PEM"),
    ("idah_access_token_ttl", "1d", REFRESH, "must be a number of seconds"),
    ("idah_secure_cookies", "perhaps", REFRESH, "must be true or false"),
    ("max_password_checks", "0", TOKEN, "must be a number from 1 to 10000"),
    ("max_password_checks", "many", TOKEN, "must be a number from 1 to 10000"),
    ("disabled_dialects", "eazyrent, Logto", MEMBERS, "must be a list of "),
    ("eazyrent_strict_acting_account", "maybe", MEMBERS, "must be true or false"),
    ("upstream_issuer", "login.example.org", MEMBERS, "must be an https URL without query, such as "),
    (
        "upstream_user_endpoint",
        "https://login.example.org/users",
        MEMBERS,
        "must be an https URL with {sub} or {email} ",
    ),
    ("mail_provider", "smtp", MEMBERS, "must be log, webhook, resend or postmark"),
    ("account_page_url", "example.org", MEMBERS, "must be a URL that begins with https:// or http://, without #"),
];

/// Found when the first principals are made.
const BOOTSTRAP: &[Case] = &[
    ("bootstrap_client_secret", "short-secret-012345", TOKEN, "needs at least 24 characters"),
    ("bootstrap_client_id", "12345678901", TOKEN, "is not a 12-digit number that begins with 1 to 9"),
    ("bootstrap_client_id", "012345678901", TOKEN, "is not a 12-digit number that begins with 1 to 9"),
    ("bootstrap_admin_email", "nobody.example.org", TOKEN, "is not an e-mail address"),
    ("bootstrap_admin_password", "Sh0rt-!", TOKEN, "needs at least 8 characters"),
    ("bootstrap_system_email", "nobody.example.org", TOKEN, "is not an e-mail address"),
];

fn ask(server: &Logged, path: &str) -> Response {
    if path == TOKEN {
        server.client().form(path, &[("grant_type", "client_credentials")])
    } else {
        server.client().get(path)
    }
}

/// One request to a server with a wrong variable.
fn one_plain_500_and_one_line(runtime: Runtime, (variable, value, path, wanted): Case) {
    let server = Logged::start(runtime, &[(variable, value)], &[]);
    let answer = ask(&server, path).expect(500);
    let (_, log) = server.stop();
    let shown = format!("{answer:?}");
    // Values as short as "0" stand in any answer.
    for private in [variable, value, wanted].iter().filter(|text| text.len() > 3) {
        assert!(!shown.contains(private), "{shown}");
    }
    assert!(answer.body.contains("Internal error."), "{shown}");
    assert_eq!(answer.headers["content-length"], answer.body.len().to_string(), "{shown}");
    assert_eq!(answer.headers["x-request-id"].len(), 26, "{shown}");
    let lines: Vec<&str> = log.lines().filter(|line| line.contains(variable)).collect();
    let [line] = lines[..] else { panic!("{variable} is named in {} lines:\n{log}", lines.len()) };
    assert!(line.contains("level=error") && line.contains(&format!("variable {variable} {wanted}")), "{line}");
    assert!(!is_secret(variable) || !log.contains(value), "the log shows a secret:\n{log}");
}

fn is_secret(variable: &str) -> bool {
    variable.ends_with("_secret") || variable.ends_with("_password") || variable.ends_with("_key")
}

#[test]
fn wasm_names_a_wrong_setting() {
    for case in SETTINGS {
        one_plain_500_and_one_line(Runtime::Wasm, *case);
    }
}

#[test]
fn wasm_names_a_wrong_bootstrap_variable() {
    for case in BOOTSTRAP {
        one_plain_500_and_one_line(Runtime::Wasm, *case);
    }
}

#[test]
fn native_names_a_wrong_bootstrap_variable() {
    for case in BOOTSTRAP {
        one_plain_500_and_one_line(Runtime::Native, *case);
    }
}

#[test]
fn native_names_a_wrong_setting() {
    for case in SETTINGS {
        one_plain_500_and_one_line(Runtime::Native, *case);
    }
}

/// A component that is not given the broken variable is none the worse for it.
#[test]
fn wasm_components_without_the_variable_go_on() {
    let server = Logged::start(Runtime::Wasm, &[("eazyrent_signing_algorithm", "HS256")], &[]);
    ask(&server, TOKEN).expect(500);
    server.client().get("/iam/v1/users/me/").expect(401);
    assert!(server.stop().0.success(), "it still ends in order");
}
