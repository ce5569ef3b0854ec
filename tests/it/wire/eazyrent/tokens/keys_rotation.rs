//! New signing keys by the variable `signing_key_generation`; other algorithms by theirs.

use iam_domain::params;
use iam_tests::{Runtime, Server};
use serde_json::json;
use tempfile::TempDir;

use crate::wire::eazyrent::tokens::openid_configuration::verified_by;
use crate::wire::jwt;

fn a_new_generation_signs_and_the_old_one_still_verifies(runtime: Runtime) {
    // The issuer must stay the same over the restart, whatever the port.
    let public = ("public_url", "https://iam.example.org");
    let folder = TempDir::new().unwrap();
    let server = Server::start_on(runtime, folder.path(), &[public]);
    let old = server.bootstrap_token();
    assert_eq!(jwt::kid(&server.bootstrap_token()), jwt::kid(&old));
    drop(server);
    let server = Server::start_on(runtime, folder.path(), &[public, ("signing_key_generation", "2")]);
    let me = |token: &str| server.client().bearer(token).get("/iam/v1/users/me/").status;
    assert_eq!(me(&old), 200);
    let new = server.bootstrap_token();
    assert_ne!(jwt::kid(&new), jwt::kid(&old));
    assert_eq!(me(&new), 200);
    assert_eq!(jwt::claims(&new)["iss"], json!("https://iam.example.org"));
    let keys = server.client().get("/oauth/v2/keys").expect(200).json();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
    verified_by(&keys, &old);
    verified_by(&keys, &new);
    drop(server);
    // Back again: the first key signs as before.
    let server = Server::start_on(runtime, folder.path(), &[public]);
    assert_eq!(jwt::kid(&server.bootstrap_token()), jwt::kid(&old));
}

fn a_removed_key_verifies_no_more(runtime: Runtime) {
    let folder = TempDir::new().unwrap();
    let public = ("public_url", "https://iam.example.org");
    let server = Server::start_on(runtime, folder.path(), &[public]);
    let old = server.bootstrap_token();
    server.seed().run("DELETE FROM signing_key WHERE kid = ?1", params![jwt::kid(&old)]);
    drop(server);
    let server = Server::start_on(runtime, folder.path(), &[public]);
    server.client().bearer(&old).get("/iam/v1/users/me/").expect(401);
    assert_ne!(jwt::kid(&server.bootstrap_token()), jwt::kid(&old));
}

fn each_dialect_signs_with_its_algorithm(runtime: Runtime) {
    let server =
        Server::start_with(runtime, &[("eazyrent_signing_algorithm", "ES256"), ("eazyrent_access_token_ttl", "60")]);
    let token = server.bootstrap_token();
    let keys = server.client().get("/oauth/v2/keys").expect(200).json();
    verified_by(&keys, &token);
    let algorithms: Vec<&str> =
        keys["keys"].as_array().unwrap().iter().map(|key| key["alg"].as_str().unwrap()).collect();
    assert!(algorithms.contains(&"ES256") && algorithms.contains(&"EdDSA"), "{algorithms:?}");
    assert_eq!(jwt::claims(&token)["exp"].as_i64().unwrap() - jwt::claims(&token)["iat"].as_i64().unwrap(), 60);
    server.client().bearer(&token).get("/iam/v1/users/me/").expect(200);
    let document = server.client().get("/.well-known/openid-configuration").json();
    assert_eq!(document["id_token_signing_alg_values_supported"], json!(["ES256"]));
}

crate::wire::on_own_servers!(
    a_new_generation_signs_and_the_old_one_still_verifies,
    a_removed_key_verifies_no_more,
    each_dialect_signs_with_its_algorithm,
);
