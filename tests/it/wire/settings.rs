//! Variables that change answers of every dialect: the server's own name, and dialects that are switched off.

use iam_tests::client::raw;
use iam_tests::{Runtime, Server};
use serde_json::json;

use super::{jwt, shape};

crate::on_both!(a_name_that_is_not_known_is_refused, a_name_is_known_in_any_letters);
super::on_own_servers!(
    a_public_url_is_the_servers_name_whatever_it_is_called,
    a_dialect_that_is_switched_off_is_not_there
);

/// Without `public_url`, whoever chooses the `Host` header must not choose the issuer.
fn a_name_that_is_not_known_is_refused(server: &Server) {
    let token = server.bootstrap_token();
    for path in ["/iam/v1/users/me/", "/.well-known/openid-configuration", "/oidc/jwks", "/oauth/v2/keys"] {
        for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "127.0.0.1@evil.example"] {
            let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\r\n");
            let answer = raw(server.base(), request.as_bytes());
            assert!(matches!(answer.status, 400 | 421), "{host}: {answer:?}");
            assert!(!answer.body.contains("evil"), "{answer:?}");
        }
    }
}

/// Names of hosts have no case (RFC 9110 §4.2.3), and the issuer is the same in whichever letters it was called.
fn a_name_is_known_in_any_letters(server: &Server) {
    let port = server.base().rsplit_once(':').unwrap().1;
    let request = format!("GET /.well-known/openid-configuration HTTP/1.1\r\nhost: LocalHost:{port}\r\n\r\n");
    let document = raw(server.base(), request.as_bytes()).expect(200).json();
    assert_eq!(document["issuer"], json!(format!("http://localhost:{port}")));
}

fn a_public_url_is_the_servers_name_whatever_it_is_called(runtime: Runtime) {
    let server = Server::start_with(runtime, &[("public_url", "https://iam.example.org/")]);
    let token = server.bootstrap_token();
    let claims = jwt::claims(&token);
    assert_eq!(
        (&claims["iss"], &claims["aud"]),
        (&json!("https://iam.example.org"), &json!("https://iam.example.org"))
    );
    let request =
        format!("GET /iam/v1/users/me/ HTTP/1.1\r\nhost: evil.example\r\nauthorization: Bearer {token}\r\n\r\n");
    raw(server.base(), request.as_bytes()).expect(200);
    let document = server.client().get("/.well-known/openid-configuration").expect(200).json();
    assert_eq!(document["token_endpoint"], json!("https://iam.example.org/oauth/v2/token"));
    // An assertion must be addressed to that name.
    let seed = server.seed();
    let machine = seed.machine(seed.organization("Named"), &[]);
    let kid = seed.key(machine.id, jwt::rsa(0));
    let mut claims = jwt::assertion_claims(&server, machine.id);
    let ask = |claims: &serde_json::Value| {
        let assertion = jwt::sign(jwt::rsa(0), &kid, claims);
        let form = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion.as_str())];
        server.client().form("/oauth/v2/token", &form)
    };
    assert_eq!(shape::oauth_error(&ask(&claims).expect(400)), "invalid_grant");
    claims["aud"] = json!("https://iam.example.org");
    ask(&claims).expect(200);
}

fn a_dialect_that_is_switched_off_is_not_there(runtime: Runtime) {
    let server = Server::start_with(runtime, &[("disabled_dialects", "eazyrent, logto")]);
    let client = server.client().bearer(&server.bootstrap_token());
    for path in ["/iam/v1/users/me/", "/iam/v1/organizations/me/", "/iam/v1/team/members/", "/iam/v1/service-accounts/"]
    {
        client.get(path).expect(404);
        client.send("PUT", path, None, b"").expect(404);
    }
    for path in ["/oidc/jwks", "/oidc/token", "/oidc/.well-known/openid-configuration"] {
        client.get(path).expect(404);
    }
    client.get("/oauth/v2/keys").expect(200);
}
