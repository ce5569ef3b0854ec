//! `POST /iam/v1/team/members/{id}/resend-invitation/`.

use iam_domain::params;
use iam_tests::{Response, Server};
use serde_json::json;

use crate::wire::eazyrent::people::{
    PASSWORD, Person, activate, audit, code, forget, invite, log_in, mails, member, patch,
};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    a_new_code_is_mailed_and_the_old_one_worthless,
    an_invitation_that_has_run_out_is_good_again_with_the_new_code,
    the_end_of_the_invitation_is_that_of_its_newest_code,
    who_has_set_a_password_is_not_invited,
    who_is_stopped_is_not_invited,
    the_fourth_in_an_hour_is_the_last,
    other_organizations_do_not_learn_that_somebody_was_invited_often,
);

fn resend(tenant: &Tenant, id: i64) -> Response {
    tenant.admin.post_empty(&format!("{}resend-invitation/", member(id)))
}

fn a_new_code_is_mailed_and_the_old_one_worthless(server: &Server) {
    let tenant = Tenant::new(server, "Again");
    let (id, email) = invite(&tenant, "again");
    let old = code(&tenant.seed, &email);
    let answer = resend(&tenant, id).expect(202);
    assert_eq!((answer.header("content-type"), answer.json()), ("application/json", json!(null)));
    let new = code(&tenant.seed, &email);
    let sent = mails(&tenant.seed, &email);
    assert_eq!(sent.len(), 2);
    assert!(sent.iter().all(|(template, _)| template == "invitation"));
    assert_ne!(old, new);
    let expiry = "SELECT o.payload ->> 'expires_at' = c.expires_at FROM outbox o, one_time_code c \
                  WHERE o.recipient = ?1 AND c.principal_id = ?2 AND o.payload ->> 'code' = ?3";
    assert_eq!(tenant.seed.count(expiry, params![&email, id, &new]), 1);

    shape::detail(&activate(server, &old, PASSWORD).expect(400));
    assert_eq!(tenant.admin.get(&member(id)).json()["state"], json!("USER_STATE_INITIAL"));
    activate(server, &new, PASSWORD).expect(200);
    log_in(server, &email, PASSWORD);
    let events: Vec<String> = audit(&tenant.seed, id).into_iter().map(|(action, ..)| action).collect();
    assert_eq!(events, ["user.created", "user.invited", "user.joined"]);
}

fn an_invitation_that_has_run_out_is_good_again_with_the_new_code(server: &Server) {
    let tenant = Tenant::new(server, "Run out");
    let (id, email) = invite(&tenant, "late");
    tenant.seed.run("UPDATE one_time_code SET expires_at = 1 WHERE principal_id = ?1", params![id]);
    let old = code(&tenant.seed, &email);
    shape::detail(&activate(server, &old, PASSWORD).expect(400));
    tenant.admin.post_empty(&format!("{}resend-invitation", member(id))).expect(202);
    activate(server, &code(&tenant.seed, &email), PASSWORD).expect(200);
}

fn the_end_of_the_invitation_is_that_of_its_newest_code(server: &Server) {
    let tenant = Tenant::new(server, "End");
    let (id, email) = invite(&tenant, "end");
    let agree = || {
        let sql = "SELECT u.invitation_expires_at = c.expires_at FROM user u JOIN one_time_code c \
                   ON c.principal_id = u.id WHERE u.id = ?1";
        tenant.seed.count(sql, params![id])
    };
    assert_eq!(agree(), 1);
    tenant.seed.run("UPDATE user SET invitation_expires_at = 1 WHERE id = ?1", params![id]);
    resend(&tenant, id).expect(202);
    assert_eq!(agree(), 1, "after another invitation");
    tenant.seed.run("UPDATE user SET invitation_expires_at = 1 WHERE id = ?1", params![id]);
    forget(server, &email).expect(202);
    assert_eq!(agree(), 1, "after a forgotten password");
    tenant.seed.run("UPDATE user SET invitation_expires_at = 1 WHERE id = ?1", params![id]);
    patch(&tenant.admin, &member(id), &json!({"email": unique_email("moved")})).expect(200);
    assert_eq!(agree(), 1, "after a change of the address");
}

fn who_has_set_a_password_is_not_invited(server: &Server) {
    let tenant = Tenant::new(server, "Active");
    let person = Person::new(server, &tenant, "active", &["org:user"]);
    for state in ["active", "inactive", "locked"] {
        tenant.seed.set_state(person.id, state);
        shape::detail(&resend(&tenant, person.id).expect(400));
    }
    assert_eq!(mails(&tenant.seed, &person.email).len(), 1);
}

fn who_is_stopped_is_not_invited(server: &Server) {
    let tenant = Tenant::new(server, "Stopped");
    let (id, email) = invite(&tenant, "stopped");
    for state in ["inactive", "locked"] {
        tenant.seed.set_state(id, state);
        shape::detail(&resend(&tenant, id).expect(400));
    }
    assert_eq!(mails(&tenant.seed, &email).len(), 1);
}

fn the_fourth_in_an_hour_is_the_last(server: &Server) {
    let tenant = Tenant::new(server, "Often");
    let (id, email) = invite(&tenant, "often");
    for _ in 0..4 {
        resend(&tenant, id).expect(202);
    }
    let refused = resend(&tenant, id).expect(429);
    shape::detail(&refused);
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=61).contains(&wait), "{wait}");
    assert_eq!(mails(&tenant.seed, &email).len(), 5);
    // Others are invited, and the code that was mailed last is good.
    let other = tenant.seed.user(tenant.organization, &unique_email("other"), &[]);
    resend(&tenant, other).expect(202);
    activate(server, &code(&tenant.seed, &email), PASSWORD).expect(200);
}

fn other_organizations_do_not_learn_that_somebody_was_invited_often(server: &Server) {
    let (tenant, other) = (Tenant::new(server, "Here"), Tenant::new(server, "There"));
    let (id, _) = invite(&tenant, "often");
    for _ in 0..4 {
        resend(&tenant, id).expect(202);
    }
    resend(&tenant, id).expect(429);
    // An id of another organization is answered exactly as an unknown one.
    let unknown = shape::detail(&resend(&other, 999_999_999_999).expect(404));
    assert_eq!(shape::detail(&resend(&other, id).expect(404)), unknown);
}
