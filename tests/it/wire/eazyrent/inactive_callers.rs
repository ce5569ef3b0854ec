//! Callers who may not act: refused in the next request, at the API and at the token endpoint.

use iam_tests::Server;
use serde_json::json;

use crate::wire::jwt;
use crate::wire::shape;
use crate::wire::tenant::{Tenant, client_of, unique_email};

crate::on_both!(a_person_who_is_not_active_is_refused, a_machine_that_is_not_active_is_refused);

const PATH: &str = "/iam/v1/users/me/";
const STATES: [&str; 3] = ["locked", "inactive", "initial"];

fn a_person_who_is_not_active_is_refused(server: &Server) {
    let tenant = Tenant::new(server, "People");
    let person = tenant.seed.user(tenant.organization, &unique_email("state"), &["org:admin"]);
    let client = server.client().bearer(&tenant.seed.api_token(person));
    for state in STATES {
        client.get(PATH).expect(200);
        tenant.seed.set_state(person, state);
        for path in [PATH, "/iam/v1/organizations/me/", "/iam/v1/team/members/", "/iam/v1/service-accounts/"] {
            let answer = client.get(path).expect(401);
            assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
            shape::detail(&answer);
        }
        tenant.seed.set_state(person, "active");
    }
}

fn a_machine_that_is_not_active_is_refused(server: &Server) {
    let tenant = Tenant::new(server, "Machines");
    let machine = tenant.seed.machine(tenant.organization, &["org:admin"]);
    let kid = tenant.seed.key(machine.id, jwt::rsa(0));
    let client = client_of(server, &machine);
    let id = machine.id.to_string();
    let assertion = jwt::sign(jwt::rsa(0), &kid, &jwt::assertion_claims(server, &id));
    let by_secret = [("grant_type", "client_credentials"), ("client_id", &id), ("client_secret", &machine.secret)];
    let by_key = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", &assertion)];
    let with_target = [by_secret.as_slice(), &[("resource", "https://default.logto.app/api")]].concat();
    let ask = |path: &str, form: &[(&str, &str)]| server.client().form(path, form);
    for state in STATES {
        client.get(PATH).expect(200);
        ask("/oauth/v2/token", &by_secret).expect(200);
        ask("/oauth/v2/token", &by_key).expect(200);
        tenant.seed.set_state(machine.id, state);
        shape::detail(&client.get(PATH).expect(401));
        shape::detail(&client.post_empty("/iam/v1/service-accounts/").expect(401));
        assert_eq!(shape::oauth_error(&ask("/oauth/v2/token", &by_secret).expect(401)), "invalid_client");
        assert_eq!(shape::oauth_error(&ask("/oauth/v2/token", &by_key).expect(400)), "invalid_grant");
        let refused = ask("/oidc/token", &with_target).expect(401).json();
        assert_eq!(refused["code"], json!("oidc.invalid_client"));
        tenant.seed.set_state(machine.id, "active");
    }
}
