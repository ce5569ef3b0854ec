//! `POST /oauth/v2/token`: the grant `jwt-bearer` (RFC 7523) with assertions that are good.

use iam_tests::{Runtime, Server};
use serde_json::{Value, json};

use crate::wire::jwt;
use crate::wire::oauth::{JWT_BEARER, TOKEN, access_token, by_assertion};
use crate::wire::tenant::Tenant;

crate::on_both!(
    an_assertion_brings_a_token_that_works,
    the_audience_may_be_written_in_several_ways,
    small_differences_of_clocks_are_forgiven,
    an_assertion_may_be_used_again,
    each_key_of_an_account_works,
);

crate::wire::on_own_servers!(further_names_of_the_server_are_accepted);

/// A tenant whose machine has a key, and a way to sign claims changed from good ones.
pub struct Signer<'a> {
    pub server: &'a Server,
    pub tenant: Tenant,
    pub kid: String,
}

impl<'a> Signer<'a> {
    pub fn new(server: &'a Server) -> Self {
        let tenant = Tenant::new(server, "Signer");
        let kid = tenant.seed.key(tenant.machine.id, jwt::rsa(0));
        Self { server, tenant, kid }
    }

    /// Claims of a good assertion, some replaced; null takes one out.
    pub fn claims(&self, changes: &Value) -> Value {
        let mut claims = jwt::assertion_claims(self.server, self.tenant.machine.id);
        for (name, value) in changes.as_object().unwrap() {
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
            } else {
                claims[name] = value.clone();
            }
        }
        claims
    }

    /// An assertion of such claims.
    pub fn sign(&self, changes: &Value) -> String {
        jwt::sign(jwt::rsa(0), &self.kid, &self.claims(changes))
    }
}

fn an_assertion_brings_a_token_that_works(server: &Server) {
    let signer = Signer::new(server);
    let answer = by_assertion(server, &signer.sign(&json!({}))).expect(200);
    let token = access_token(&answer);
    assert_eq!(answer.json(), json!({"access_token": token, "token_type": "Bearer", "expires_in": 43199}));
    let id = json!(signer.tenant.machine.id.to_string());
    assert_eq!(server.client().bearer(&token).get("/iam/v1/users/me/").expect(200).json()["id"], id);
    let claims = jwt::claims(&token);
    assert_eq!((&claims["sub"], &claims["client_id"], &claims["iss"]), (&id, &id, &json!(server.base())));
    // Scopes bring the same claims as with the other grant.
    let scope = "urn:zitadel:iam:user:resourceowner";
    let form = [("grant_type", JWT_BEARER), ("assertion", &signer.sign(&json!({}))), ("scope", scope)];
    let claims = jwt::claims(&access_token(&server.client().form(TOKEN, &form)));
    let home = json!(signer.tenant.organization.to_string());
    assert_eq!(claims["urn:zitadel:iam:user:resourceowner:id"], home);
}

fn the_audience_may_be_written_in_several_ways(server: &Server) {
    let signer = Signer::new(server);
    let base = server.base();
    for audience in [
        json!(base),
        json!(format!("{base}/")),
        json!(format!("{base}/oauth/v2/token")),
        json!([base]),
        json!(["https://elsewhere.example", base]),
    ] {
        access_token(&by_assertion(server, &signer.sign(&json!({"aud": audience}))));
    }
}

fn small_differences_of_clocks_are_forgiven(server: &Server) {
    let signer = Signer::new(server);
    let ahead = json!({"iat": jwt::now() + 3, "exp": jwt::now() + 303});
    access_token(&by_assertion(server, &signer.sign(&ahead)));
    let long_ago = json!({"iat": jwt::now() - 3590, "exp": jwt::now() + 10});
    access_token(&by_assertion(server, &signer.sign(&long_ago)));
}

fn an_assertion_may_be_used_again(server: &Server) {
    let signer = Signer::new(server);
    let assertion = signer.sign(&json!({}));
    let first = access_token(&by_assertion(server, &assertion));
    assert_ne!(first, access_token(&by_assertion(server, &assertion)));
}

fn each_key_of_an_account_works(server: &Server) {
    let signer = Signer::new(server);
    let second = signer.tenant.seed.key(signer.tenant.machine.id, jwt::rsa(1));
    access_token(&by_assertion(server, &signer.sign(&json!({}))));
    access_token(&by_assertion(server, &jwt::sign(jwt::rsa(1), &second, &signer.claims(&json!({})))));
}

fn further_names_of_the_server_are_accepted(runtime: Runtime) {
    let names = "https://auth.example.org, https://old.example.org/";
    let server = Server::start_with(runtime, &[("accepted_issuers", names)]);
    let signer = Signer::new(&server);
    for audience in ["https://auth.example.org", "https://auth.example.org/", "https://old.example.org", server.base()]
    {
        access_token(&by_assertion(&server, &signer.sign(&json!({"aud": audience}))));
    }
    by_assertion(&server, &signer.sign(&json!({"aud": "https://else.example.org"}))).expect(400);
}
