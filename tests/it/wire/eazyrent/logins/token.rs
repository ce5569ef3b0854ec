//! `POST /oauth/v2/token`: the grant `client_credentials`, and requests that are no good.

use iam_tests::Server;
use iam_tests::server::{CLIENT_ID, CLIENT_SECRET};
use serde_json::json;

use crate::wire::jwt;
use crate::wire::oauth::{TOKEN, access_token};
use crate::wire::shape::{self, oauth_error};
use crate::wire::tenant::Tenant;

crate::on_both!(
    a_client_gets_a_token_that_works,
    the_token_says_who_it_is_for,
    a_grant_that_is_not_known_is_refused,
    a_request_without_grant_is_refused,
    a_parameter_may_not_be_repeated,
    only_a_form_is_taken,
    only_post_is_served,
    a_body_over_a_mebibyte_is_refused,
);

fn a_client_gets_a_token_that_works(server: &Server) {
    let tenant = Tenant::new(server, "Client");
    let id = tenant.machine.id.to_string();
    let form = [("grant_type", "client_credentials"), ("client_id", &id), ("client_secret", &tenant.machine.secret)];
    let answer = server.client().form(TOKEN, &form).expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let token = access_token(&answer);
    assert_eq!(answer.json(), json!({"access_token": token, "token_type": "Bearer", "expires_in": 43199}));
    let me = server.client().bearer(&token).get("/iam/v1/users/me/").expect(200).json();
    assert_eq!(me["id"], json!(id));
    // An empty scope is none (RFC 6749 §3.3), and an empty parameter is an absent one (§3.1).
    let again = server.client().form(TOKEN, &[form.as_slice(), &[("scope", ""), ("resource", "")]].concat());
    assert_ne!(access_token(&again), token);
}

fn the_token_says_who_it_is_for(server: &Server) {
    let tenant = Tenant::new(server, "Claims");
    let id = tenant.machine.id.to_string();
    let before = jwt::now();
    let token = server.token(&id, &tenant.machine.secret);
    let after = jwt::now();
    let claims = jwt::claims(&token);
    for (name, value) in [("iss", server.base()), ("sub", &id), ("client_id", &id), ("aud", server.base())] {
        assert_eq!(claims[name], json!(value), "{name}");
    }
    let issued = claims["iat"].as_i64().unwrap();
    assert!((before..=after).contains(&issued));
    assert_eq!(claims["exp"], json!(issued + 43199));
    assert!(!claims.contains_key("scope"));
    assert!(claims.keys().all(|name| !name.starts_with("urn:")), "{claims:?}");
    let jti = claims["jti"].as_str().unwrap();
    assert_eq!(jti.len(), 26, "a ULID");
    assert_ne!(claims["jti"], jwt::claims(&server.token(&id, &tenant.machine.secret))["jti"]);
}

fn a_grant_that_is_not_known_is_refused(server: &Server) {
    for grant in ["authorization_code", "refresh_token", "CLIENT_CREDENTIALS", "x"] {
        let form = [("grant_type", grant), ("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)];
        let answer = server.client().form(TOKEN, &form).expect(400);
        assert_eq!(oauth_error(&answer), "unsupported_grant_type", "{grant}");
    }
}

fn a_request_without_grant_is_refused(server: &Server) {
    let client = server.client();
    let credentials = [("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)];
    assert_eq!(oauth_error(&client.form(TOKEN, &credentials).expect(400)), "invalid_request");
    let empty = [credentials.as_slice(), &[("grant_type", "")]].concat();
    assert_eq!(oauth_error(&client.form(TOKEN, &empty).expect(400)), "invalid_request");
    assert_eq!(oauth_error(&client.form(TOKEN, &[]).expect(400)), "invalid_request");
    let assertion = [("grant_type", crate::wire::oauth::JWT_BEARER)];
    assert_eq!(oauth_error(&client.form(TOKEN, &assertion).expect(400)), "invalid_request");
}

/// RFC 6749 §3.2: "Request and response parameters MUST NOT be included more than once."
fn a_parameter_may_not_be_repeated(server: &Server) {
    for name in ["grant_type", "client_id", "client_secret", "scope"] {
        let mut form =
            vec![("grant_type", "client_credentials"), ("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)];
        let value = form.iter().find(|(known, _)| *known == name).map_or("openid", |(_, value)| value);
        form.push((name, value));
        if name == "scope" {
            form.push((name, value));
        }
        assert_eq!(oauth_error(&server.client().form(TOKEN, &form).expect(400)), "invalid_request", "{name}");
    }
}

fn only_a_form_is_taken(server: &Server) {
    let form = format!("grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}");
    let send = |content_type, body: &[u8]| server.client().send("POST", TOKEN, content_type, body);
    for content_type in
        [Some("application/x-www-form-urlencoded; charset=UTF-8"), Some("Application/X-WWW-Form-Urlencoded")]
    {
        send(content_type, form.as_bytes()).expect(200);
    }
    let body = json!({"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET});
    for (content_type, body) in [
        (Some("application/json"), body.to_string().into_bytes()),
        (Some("text/plain"), form.clone().into_bytes()),
        (None, form.clone().into_bytes()),
        (Some("multipart/form-data; boundary=x"), form.clone().into_bytes()),
        (Some("application/x-www-form-urlencoded"), b"grant_type=%FF".to_vec()),
        (Some("application/x-www-form-urlencoded"), b"grant_type=\xff".to_vec()),
    ] {
        assert_eq!(oauth_error(&send(content_type, &body).expect(400)), "invalid_request", "{content_type:?}");
    }
}

fn only_post_is_served(server: &Server) {
    for path in [TOKEN, "/oauth/v2/introspect", "/oauth/v2/revoke"] {
        for method in ["GET", "PUT", "DELETE"] {
            let answer = server.client().send(method, path, None, b"").expect(405);
            assert_eq!(answer.header("allow"), "POST");
            assert_eq!(oauth_error(&answer), "invalid_request");
        }
    }
    assert_eq!(server.client().get("/oidc/token").expect(405).header("allow"), "POST");
    assert_eq!(oauth_error(&server.client().post_empty("/oauth/v2/nothing").expect(404)), "invalid_request");
    shape::detail(&server.client().get("/iam/v1/users/nothing/").expect(404));
}

fn a_body_over_a_mebibyte_is_refused(server: &Server) {
    let host = server.base().strip_prefix("http://").unwrap();
    let head = format!(
        "POST {TOKEN} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 1048577\r\n\r\n"
    );
    let answer = iam_tests::client::raw(server.base(), head.as_bytes()).expect(413);
    assert_eq!(oauth_error(&answer), "invalid_request");
}
