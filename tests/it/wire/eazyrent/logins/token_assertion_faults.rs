//! `POST /oauth/v2/token`: assertions that are no good are `invalid_grant` (RFC 7523 §3.1).

use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::eazyrent::logins::token_assertion::Signer;
use crate::wire::jwt;
use crate::wire::oauth::by_assertion;
use crate::wire::shape::oauth_error;
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    claims_that_break_a_rule_are_refused,
    a_key_that_is_not_the_owners_is_refused,
    a_forged_signature_is_refused,
    a_text_that_is_no_token_is_refused,
    the_reason_is_told_only_to_the_holder_of_the_key,
);

#[track_caller]
fn refused(server: &Server, assertion: &str) {
    let answer = by_assertion(server, assertion);
    assert_eq!(answer.status, 400, "{answer:?}\n{assertion}");
    assert_eq!(oauth_error(&answer), "invalid_grant");
}

fn claims_that_break_a_rule_are_refused(server: &Server) {
    let signer = Signer::new(server);
    let now = jwt::now();
    for changes in [
        json!({"aud": "https://elsewhere.example"}),
        json!({"aud": format!("{}.evil.example", server.base())}),
        json!({"aud": format!("{}/other", server.base())}),
        json!({"aud": ""}),
        json!({"aud": []}),
        json!({"aud": 1}),
        json!({"aud": null}),
        json!({"iss": "999999999999"}),
        json!({"iss": null}),
        json!({"sub": "999999999999"}),
        json!({"sub": signer.tenant.machine.id}),
        json!({"sub": null}),
        json!({"exp": now - 60}),
        json!({"exp": null}),
        json!({"exp": "tomorrow"}),
        json!({"iat": now - 3700}),
        json!({"iat": now - 3700, "exp": now + 3700}),
        json!({"iat": now + 60, "exp": now + 360}),
        json!({"iat": null}),
        json!({"nbf": now + 60}),
    ] {
        refused(server, &signer.sign(&changes));
    }
}

fn a_key_that_is_not_the_owners_is_refused(server: &Server) {
    let signer = Signer::new(server);
    let seed = &signer.tenant.seed;
    let good = signer.claims(&json!({}));
    // Unknown, missing and odd kids.
    for kid in ["999999999999", "", "abc", &signer.tenant.machine.id.to_string()] {
        refused(server, &jwt::sign(jwt::rsa(0), kid, &good));
    }
    // A secret is no key.
    let secret = seed.count(
        "SELECT id FROM credential WHERE principal_id = ?1 AND kind = 'client_secret'",
        vec![signer.tenant.machine.id.into()],
    );
    refused(server, &jwt::sign(jwt::rsa(0), &secret.to_string(), &good));
    // Somebody else's good key, for our account.
    let other = Tenant::new(server, "Other");
    let theirs = other.seed.key(other.machine.id, jwt::rsa(1));
    refused(server, &jwt::sign(jwt::rsa(1), &theirs, &good));
    // Our kid with another key.
    refused(server, &jwt::sign(jwt::rsa(1), &signer.kid, &good));
    // An account that does not exist.
    let nobody = signer.claims(&json!({"iss": "999999999999", "sub": "999999999999"}));
    refused(server, &jwt::sign(jwt::rsa(0), &signer.kid, &nobody));
    let person = seed.user(signer.tenant.organization, &unique_email("person"), &[]);
    let person = json!({"iss": person.to_string(), "sub": person.to_string()});
    refused(server, &jwt::sign(jwt::rsa(0), &signer.kid, &signer.claims(&person)));
}

fn a_forged_signature_is_refused(server: &Server) {
    let signer = Signer::new(server);
    let good = signer.sign(&json!({}));
    let claims = signer.claims(&json!({}));
    let header = |alg: &str| json!({"alg": alg, "kid": signer.kid, "typ": "JWT"});
    let id: i64 = signer.kid.parse().unwrap();
    let public = signer.tenant.seed.texts("SELECT public_key FROM credential WHERE id = ?1", vec![id.into()]).remove(0);
    let jwk: Value = serde_json::from_str(&public).unwrap();
    let modulus = jwk["n"].as_str().unwrap();
    refused(server, &jwt::tampered(&good));
    refused(server, &jwt::compose(&header("none"), &claims, |_| Vec::new()));
    refused(server, &jwt::compose(&header("None"), &claims, |_| Vec::new()));
    for key in [public.as_str(), modulus, ""] {
        refused(server, &jwt::compose(&header("HS256"), &claims, |message| jwt::hmac(key.as_bytes(), message)));
    }
    for alg in ["RS256", "RS512", "PS256", "ES256", "EdDSA"] {
        refused(server, &jwt::compose(&header(alg), &claims, |_| vec![1; 256]));
    }
    let (message, _) = good.rsplit_once('.').unwrap();
    refused(server, &format!("{message}."));
    // The key in the header is nobody's business (RFC 7515 §4.1.3).
    let own_key = json!({"alg": "RS256", "typ": "JWT", "jwk": jwk});
    refused(server, &jwt::compose(&own_key, &claims, |_| vec![1; 256]));
    crate::wire::oauth::access_token(&by_assertion(server, &good));
}

fn a_text_that_is_no_token_is_refused(server: &Server) {
    for text in ["x", "a.b", "a.b.c", "a.b.c.d.e", "...", "eit_00000000000000000000000000000000000000"] {
        refused(server, text);
    }
    refused(server, &server.bootstrap_token());
    let long = Signer::new(server).sign(&json!({"filler": "x".repeat(20_000)}));
    refused(server, &long);
}

fn the_reason_is_told_only_to_the_holder_of_the_key(server: &Server) {
    let signer = Signer::new(server);
    let expired = json!({"exp": jwt::now() - 60});
    let told = by_assertion(server, &signer.sign(&expired)).expect(400);
    assert!(told.json()["error_description"].as_str().unwrap().contains("expired"), "{told:?}");
    let forged = by_assertion(server, &jwt::sign(jwt::rsa(1), &signer.kid, &signer.claims(&expired))).expect(400);
    assert!(!forged.body.contains("expired"), "{forged:?}");
}
