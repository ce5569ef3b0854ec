//! `POST /accounts/{id}/resend_invitation`.

use iam_domain::clock::{Clock, SystemClock};
use iam_domain::params;
use iam_tests::{Client, Response, Server};
use serde_json::json;

use crate::wire::eazyrent::people::audit;
use crate::wire::idah::users::fixtures::{join, key, made, mails, rows, scope, token_of};
use crate::wire::idah::{account, caller, refusal};
use crate::wire::tenant::unique_email;

crate::on_both!(
    a_new_token_is_mailed_and_the_old_one_worthless,
    an_invitation_that_has_run_out_is_revived,
    who_has_joined_is_not_invited,
    what_is_out_of_scope_is_not_found,
    resending_needs_both_rights,
    a_higher_account_is_left_alone,
    the_fourth_in_an_hour_is_the_last,
);

fn resend(client: &Client, id: impl std::fmt::Display) -> Response {
    client.send(
        "POST",
        &format!("/accounts/{id}/resend_invitation"),
        Some(crate::wire::idah::DOCUMENT),
        b"{\"id\":\"1\"}",
    )
}

fn a_new_token_is_mailed_and_the_old_one_worthless(server: &Server) {
    let (seed, me, email) = (server.seed(), caller(server, "admin", &[]), unique_email("again"));
    let (id, _) = made(&me.client, json!({ "email": email, "name": "Ada" }));
    let old = token_of(&seed, &email);
    let answer = resend(&me.client, id).expect(200);
    let body = answer.json();
    assert!(answer.header("content-type").contains("json") && body["data"].is_string(), "{body}");
    assert_eq!(body.as_object().unwrap().len(), 1);
    let new = token_of(&seed, &email);
    assert!(old != new && !answer.body.contains(&new));
    let sent = mails(&seed, &email);
    assert_eq!(sent.iter().map(|(template, _)| template.as_str()).collect::<Vec<_>>(), ["account_invitation"; 2]);
    assert!(sent[1].1["first_name"].is_null());
    refusal(&join(server, &old), 404);
    join(server, &new).expect(200);
    assert_eq!(audit(&seed, id)[1], ("user.invited".to_owned(), "user".to_owned(), Some(me.id)));
}

fn an_invitation_that_has_run_out_is_revived(server: &Server) {
    let (seed, me, email) = (server.seed(), caller(server, "admin", &[]), unique_email("late"));
    let (id, _) = made(&me.client, json!({ "email": email }));
    seed.run("UPDATE one_time_code SET expires_at = 1 WHERE principal_id = ?1", params![id]);
    seed.run("UPDATE user SET invitation_expires_at = 1 WHERE id = ?1", params![id]);
    resend(&me.client, id).expect(200);
    let left = "SELECT (u.invitation_expires_at - ?2) / 60000 FROM user u JOIN one_time_code c ON c.principal_id = u.id \
                AND c.expires_at = u.invitation_expires_at WHERE u.id = ?1";
    let left = seed.count(left, params![id, SystemClock.now()]);
    assert!((3 * 24 * 60 - 2..=3 * 24 * 60).contains(&left), "{left} minutes");
    join(server, &token_of(&seed, &email)).expect(200);
}

fn who_has_joined_is_not_invited(server: &Server) {
    let (me, (id, _)) = (caller(server, "admin", &[]), account(server, Some("user"), &[]));
    let before = rows(&server.seed(), id);
    assert_eq!(refusal(&resend(&me.client, id), 404).0, "Verse::Error::NotFound");
    assert_eq!(rows(&server.seed(), id), before);
    let user = caller(server, "user", &[]);
    assert_eq!(refusal(&resend(&user.client, user.id), 404).0, "Verse::Error::NotFound");
}

fn what_is_out_of_scope_is_not_found(server: &Server) {
    let (seed, admin) = (server.seed(), caller(server, "admin", &[]));
    let (mine, other) = (seed.organization("Mine"), seed.organization("Other"));
    let (id, _) = made(&admin.client, json!({ "email": unique_email("other"), "role_scope": scope(&[other]) }));
    let before = rows(&seed, id);
    for client in [
        caller(server, "user", &[other]).client,
        caller(server, "org_owner", &[mine]).client,
        key(server, &["org_rw_org"], &[mine]),
    ] {
        assert_eq!(refusal(&resend(&client, id), 404).0, "Verse::Error::RecordNotFound");
    }
    for nobody in ["999999999999", "x", "-1"] {
        assert_eq!(refusal(&resend(&admin.client, nobody), 404).0, "Verse::Error::RecordNotFound");
    }
    assert_eq!(rows(&seed, id), before);
    resend(&caller(server, "org_owner", &[other]).client, id).expect(200);
}

fn resending_needs_both_rights(server: &Server) {
    let admin = caller(server, "admin", &[]);
    let (id, _) = made(&admin.client, json!({ "email": unique_email("rights") }));
    let (_, detail) = refusal(&resend(&key(server, &["account_ro_all"], &[]), id), 403);
    assert_eq!(detail, "unauthorized action `update` on `iam:accounts`");
    refusal(&resend(&server.client(), id), 401);
    resend(&key(server, &["account_rw_all"], &[]), id).expect(200);
}

fn a_higher_account_is_left_alone(server: &Server) {
    let organization = server.seed().organization("Higher");
    let admin = caller(server, "admin", &[]);
    let new = json!({ "email": unique_email("higher"), "role_name": "admin", "role_scope": scope(&[organization]) });
    let (id, _) = made(&admin.client, new);
    refusal(&resend(&caller(server, "org_owner", &[organization]).client, id), 403);
}

fn the_fourth_in_an_hour_is_the_last(server: &Server) {
    let (me, email) = (caller(server, "admin", &[]), unique_email("often"));
    let (id, _) = made(&me.client, json!({ "email": email }));
    for _ in 0..4 {
        resend(&me.client, id).expect(200);
    }
    let answer = resend(&me.client, id);
    assert_eq!(refusal(&answer, 429).0, "Verse::Error::TooManyRequests");
    assert!(!answer.header("retry-after").is_empty());
    assert_eq!(mails(&server.seed(), &email).len(), 5);
}
