//! 401 of the `EazyRent` API, and the forms in which a credential is taken.

use iam_tests::{Client, Response, Server};
use serde_json::json;

use crate::wire::jwt;
use crate::wire::shape;
use crate::wire::tenant::Tenant;

const PATH: &str = "/iam/v1/users/me/";

crate::on_both!(
    every_form_of_the_authorization_header_is_taken,
    without_a_credential_the_answer_asks_for_one,
    a_scheme_that_is_not_taken_is_refused,
    a_credential_that_never_was_is_refused,
    an_ended_credential_is_refused,
    a_token_that_is_not_for_this_api_is_refused,
    a_forged_token_is_refused,
);

/// 401 with the challenge of RFC 6750 §3.
#[track_caller]
fn refused(answer: Response, challenge: &str) {
    let answer = answer.expect(401);
    assert_eq!(answer.header("www-authenticate"), challenge, "{answer:?}");
    shape::detail(&answer);
}

const INVALID: &str = "Bearer error=\"invalid_token\"";

fn with(server: &Server, value: &str) -> Client {
    server.client().with("authorization", value)
}

fn every_form_of_the_authorization_header_is_taken(server: &Server) {
    let tenant = Tenant::new(server, "Forms");
    let jwt = server.token(&tenant.machine.id.to_string(), &tenant.machine.secret);
    let opaque = tenant.seed.api_token(tenant.machine.id);
    for value in [
        format!("Bearer {jwt}"),
        format!("bearer {jwt}"),
        format!("BEARER  {jwt}"),
        format!("Bearer {opaque}"),
        format!("Token {opaque}"),
        format!("token {opaque}"),
        opaque,
    ] {
        let me = with(server, &value).get(PATH).expect(200).json();
        assert_eq!(me["id"], json!(tenant.machine.id.to_string()), "{value}");
    }
}

fn without_a_credential_the_answer_asks_for_one(server: &Server) {
    refused(server.client().get(PATH), "Bearer");
    // Neither cookie nor query carries one.
    let token = server.bootstrap_token();
    refused(server.client().with("cookie", &format!("access_token={token}")).get(PATH), "Bearer");
    refused(server.client().get(&format!("{PATH}?access_token={token}")), "Bearer");
}

fn a_scheme_that_is_not_taken_is_refused(server: &Server) {
    let tenant = Tenant::new(server, "Schemes");
    refused(server.client().basic(&tenant.machine.id.to_string(), &tenant.machine.secret).get(PATH), "Bearer");
    refused(with(server, "Digest username=x").get(PATH), "Bearer");
}

fn a_credential_that_never_was_is_refused(server: &Server) {
    let tenant = Tenant::new(server, "Never");
    let unknown = "eit_0000000000000000000000000000000000000A";
    for value in ["Bearer x", "Bearer a.b.c", "Bearer ...", "Token x", "x", unknown, &format!("Bearer {unknown}")] {
        refused(with(server, value).get(PATH), INVALID);
    }
    // A client secret is for the token endpoint only.
    refused(server.client().bearer(&tenant.machine.secret).get(PATH), INVALID);
    refused(with(server, &format!("Token {}", tenant.machine.secret)).get(PATH), INVALID);
    refused(server.client().bearer(&"x".repeat(6000)).get(PATH), INVALID);
}

fn an_ended_credential_is_refused(server: &Server) {
    let tenant = Tenant::new(server, "Ended");
    let opaque = server.client().bearer(&tenant.seed.api_token(tenant.machine.id));
    opaque.get(PATH).expect(200);
    tenant.seed.expire(tenant.machine.id, "api_token", (jwt::now() - 1) * 1000);
    refused(opaque.get(PATH), INVALID);
    // With the secret that it was issued for, the token ends.
    tenant.admin.get(PATH).expect(200);
    tenant.seed.expire(tenant.machine.id, "client_secret", (jwt::now() - 1) * 1000);
    refused(tenant.admin.get(PATH), INVALID);
}

fn a_token_that_is_not_for_this_api_is_refused(server: &Server) {
    let tenant = Tenant::new(server, "Altered");
    let token = server.token(&tenant.machine.id.to_string(), &tenant.machine.secret);
    let altered = |changes: serde_json::Value| server.client().bearer(&jwt::altered(&tenant.seed, &token, &changes));
    altered(json!({})).get(PATH).expect(200);
    for changes in [
        json!({"exp": jwt::now() - 1}),
        json!({"exp": null}),
        json!({"nbf": jwt::now() + 3600}),
        json!({"iss": "https://elsewhere.example"}),
        json!({"iss": format!("{}/oidc", server.base())}),
        json!({"iss": null}),
        json!({"aud": "https://elsewhere.example"}),
        json!({"aud": ["310976816384838665"]}),
        json!({"aud": null}),
        json!({"sub": "999999999999"}),
        json!({"sub": null}),
        json!({"jti": null}),
        json!({"cid": 999_999_999_999_i64}),
    ] {
        refused(altered(changes).get(PATH), INVALID);
    }
    let id_token = jwt::by_server(&tenant.seed, "JWT", &jwt::claims(&token));
    refused(server.client().bearer(&id_token).get(PATH), INVALID);
}

fn a_forged_token_is_refused(server: &Server) {
    let tenant = Tenant::new(server, "Forged");
    let token = server.token(&tenant.machine.id.to_string(), &tenant.machine.secret);
    let claims = serde_json::Value::Object(jwt::claims(&token));
    let kid = jwt::kid(&token);
    let header = |alg: &str| json!({"alg": alg, "kid": kid, "typ": "at+jwt"});
    let public = tenant.seed.texts("SELECT public_jwk FROM signing_key", vec![]).remove(0);
    for forged in [
        jwt::tampered(&token),
        format!("{}x", &token[..token.len() - 5]),
        token.rsplit_once('.').unwrap().0.to_owned() + ".",
        jwt::compose(&header("none"), &claims, |_| Vec::new()),
        jwt::compose(&header("HS256"), &claims, |message| jwt::hmac(public.as_bytes(), message)),
        jwt::compose(&json!({"alg": "EdDSA", "typ": "at+jwt"}), &claims, |_| vec![0; 64]),
        jwt::sign(jwt::rsa(0), &kid, &claims),
        jwt::sign(jwt::rsa(0), "unknown", &claims),
    ] {
        refused(server.client().bearer(&forged).get(PATH), INVALID);
    }
    server.client().bearer(&token).get(PATH).expect(200);
}
