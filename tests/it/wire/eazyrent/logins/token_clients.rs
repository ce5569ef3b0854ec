//! How clients prove themselves at `/oauth/v2/token`.

use base64ct::{Base64, Encoding};
use iam_domain::crypto::secret::sha256;
use iam_domain::params;
use iam_tests::server::{CLIENT_ID, CLIENT_SECRET};
use iam_tests::{Client, Response, Server};

use crate::wire::jwt;
use crate::wire::oauth::{JWT_BEARER, TOKEN, access_token};
use crate::wire::shape::oauth_error;
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    basic_credentials_are_taken_percent_encoded,
    a_client_may_sign_an_assertion_instead,
    a_client_without_credentials_is_refused,
    two_ways_at_once_are_refused,
    an_unknown_client_and_a_wrong_secret_read_the_same,
    an_ended_secret_is_refused,
    a_person_is_no_client,
    malformed_credentials_are_refused,
);

fn ask(client: &Client, form: &[(&str, &str)]) -> Response {
    client.form(TOKEN, &[&[("grant_type", "client_credentials")], form].concat())
}

fn basic_credentials_are_taken_percent_encoded(server: &Server) {
    let tenant = Tenant::new(server, "Basic");
    let id = tenant.machine.id.to_string();
    let odd = "a:b c+d%41/é&=\u{20ac}";
    let sql = "UPDATE credential SET secret_hash = ?2 WHERE principal_id = ?1";
    tenant.seed.run(sql, params![tenant.machine.id, sha256(format!("{odd}{id}"))]);
    let secret = format!("{odd}{id}");
    access_token(&ask(&server.client().basic(&id, &secret), &[]));
    // The id may be repeated in the form.
    access_token(&ask(&server.client().basic(&id, &secret), &[("client_id", &id)]));
    // A plus sign is a space, as in every form; the scheme has no case.
    let pair = format!("{id}:{}", iam_tests::client::encode(&secret).replace("%20", "+"));
    let header = format!("bAsIc {}", Base64::encode_string(pair.as_bytes()));
    access_token(&ask(&server.client().with("authorization", &header), &[]));
    access_token(&ask(&server.client(), &[("client_id", &id), ("client_secret", &secret)]));
}

fn a_client_may_sign_an_assertion_instead(server: &Server) {
    let tenant = Tenant::new(server, "Signed");
    let kid = tenant.seed.key(tenant.machine.id, jwt::rsa(0));
    let signed = jwt::sign(jwt::rsa(0), &kid, &jwt::assertion_claims(server, tenant.machine.id));
    let jwt_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let token =
        access_token(&ask(&server.client(), &[("client_assertion_type", jwt_type), ("client_assertion", &signed)]));
    assert_eq!(jwt::claims(&token)["sub"], serde_json::json!(tenant.machine.id.to_string()));
    let answer = ask(&server.client(), &[("client_assertion_type", "x"), ("client_assertion", &signed)]);
    assert_eq!(oauth_error(&answer.expect(400)), "invalid_request");
    // An id beside it must be the same (RFC 7521 §4.2).
    let id = tenant.machine.id.to_string();
    let with_id = |id| {
        ask(&server.client(), &[("client_assertion_type", jwt_type), ("client_assertion", &signed), ("client_id", id)])
    };
    with_id(&id).expect(200);
    assert_eq!(oauth_error(&with_id(CLIENT_ID).expect(401)), "invalid_client");
    let wrong = [("client_assertion_type", jwt_type), ("client_assertion", "x.y.z")];
    assert_eq!(oauth_error(&ask(&server.client(), &wrong).expect(401)), "invalid_client");
}

fn a_client_without_credentials_is_refused(server: &Server) {
    assert_eq!(oauth_error(&ask(&server.client(), &[]).expect(401)), "invalid_client");
    assert_eq!(oauth_error(&ask(&server.client(), &[("client_id", CLIENT_ID)]).expect(401)), "invalid_client");
    // A token of the API is no client authentication.
    let bearer = server.client().bearer(&server.bootstrap_token());
    assert_eq!(oauth_error(&ask(&bearer, &[]).expect(401)), "invalid_client");
}

fn two_ways_at_once_are_refused(server: &Server) {
    let basic = server.client().basic(CLIENT_ID, CLIENT_SECRET);
    for form in [
        [("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)],
        [("client_assertion", "a.b.c"), ("client_assertion_type", JWT_BEARER)],
        [("client_id", "999999999999"), ("scope", "openid")],
    ] {
        assert_eq!(oauth_error(&ask(&basic, &form).expect(400)), "invalid_request", "{form:?}");
    }
}

fn an_unknown_client_and_a_wrong_secret_read_the_same(server: &Server) {
    let bodies: Vec<String> = [
        ("999999999999", CLIENT_SECRET),
        ("no-id", CLIENT_SECRET),
        (CLIENT_ID, "wrong"),
        (CLIENT_ID, &CLIENT_SECRET.to_uppercase()),
        (CLIENT_ID, &format!("{CLIENT_SECRET} ")),
    ]
    .into_iter()
    .map(|(id, secret)| {
        let in_form = ask(&server.client(), &[("client_id", id), ("client_secret", secret)]).expect(401);
        assert_eq!(oauth_error(&in_form), "invalid_client");
        // Every 401 says how to authenticate (RFC 9110 §15.5.2).
        assert!(in_form.header("www-authenticate").starts_with("Basic "), "{in_form:?}");
        let in_header = ask(&server.client().basic(id, secret), &[]).expect(401);
        assert!(in_header.header("www-authenticate").starts_with("Basic "), "{in_header:?}");
        assert_eq!(in_form.body, in_header.body);
        in_form.body
    })
    .collect();
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:?}");
}

fn an_ended_secret_is_refused(server: &Server) {
    let tenant = Tenant::new(server, "Ended");
    let id = tenant.machine.id.to_string();
    tenant.seed.expire(tenant.machine.id, "client_secret", (jwt::now() - 1) * 1000);
    let answer = ask(&server.client(), &[("client_id", &id), ("client_secret", &tenant.machine.secret)]);
    assert_eq!(oauth_error(&answer.expect(401)), "invalid_client");
}

fn a_person_is_no_client(server: &Server) {
    let tenant = Tenant::new(server, "Person");
    let person = tenant.seed.user(tenant.organization, &unique_email("client"), &[]);
    let key = tenant.seed.api_token(person);
    let answer = ask(&server.client(), &[("client_id", &person.to_string()), ("client_secret", &key)]);
    assert_eq!(oauth_error(&answer.expect(401)), "invalid_client");
    // Nor is an API token a secret.
    let key = tenant.seed.api_token(tenant.machine.id);
    let answer = ask(&server.client(), &[("client_id", &tenant.machine.id.to_string()), ("client_secret", &key)]);
    assert_eq!(oauth_error(&answer.expect(401)), "invalid_client");
}

fn malformed_credentials_are_refused(server: &Server) {
    let encoded = |text: &str| format!("Basic {}", Base64::encode_string(text.as_bytes()));
    for value in ["Basic !!!".to_owned(), encoded("no colon"), encoded("%FF:x")] {
        // Every attempt by that header is challenged (RFC 6749 §5.2).
        let answer = ask(&server.client().with("authorization", &value), &[]).expect(401);
        assert_eq!(oauth_error(&answer), "invalid_client", "{value}");
        assert!(answer.header("www-authenticate").starts_with("Basic "), "{value}");
    }
    let secret_only = ask(&server.client(), &[("client_secret", CLIENT_SECRET)]);
    assert_eq!(oauth_error(&secret_only.expect(400)), "invalid_request");
}
