//! `GET /oidc/jwks`. That its keys verify tokens: `tests/it/wire/eazyrent/tokens/openid_configuration.rs`.

use iam_tests::Server;
use serde_json::json;

crate::on_both!(key_sets_hold_public_halves_only);

fn key_sets_hold_public_halves_only(server: &Server) {
    let keys = server.client().get("/oidc/jwks").expect(200).json();
    assert_eq!(keys.as_object().unwrap().len(), 1);
    let keys = keys["keys"].as_array().unwrap();
    assert!(!keys.is_empty());
    for key in keys {
        let mut members: Vec<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        // Tokens of the IDAH API are signed by ES256, those of the others by EdDSA.
        let (alg, kty, wanted) = match key["alg"].as_str() {
            Some("ES256") => ("ES256", "EC", &["alg", "crv", "kid", "kty", "use", "x", "y"][..]),
            _ => ("EdDSA", "OKP", &["alg", "crv", "kid", "kty", "use", "x"][..]),
        };
        assert_eq!(members, wanted, "{key}");
        assert_eq!((&key["alg"], &key["kty"], &key["use"]), (&json!(alg), &json!(kty), &json!("sig")));
    }
}
