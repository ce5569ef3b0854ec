//! Access tokens die at once, whichever API ends what they were issued for.

use iam_domain::params;
use iam_tests::Server;
use serde_json::json;

use super::{ids, refusal};
use crate::wire::eazyrent::people::{PASSWORD, Person, log_in};
use crate::wire::idah::logins::fixtures::{Tokens, refresh, status, try_log_in};
use crate::wire::tenant::Tenant;

crate::on_both!(
    a_password_changed_in_another_api_ends_all_sessions,
    a_person_locked_by_an_organization_is_out,
    a_person_suspended_in_another_api_is_out,
    a_revoked_session_is_over,
    a_session_of_another_api_can_be_ended_here,
);

/// Somebody of the EazyRent API who has logged in here.
fn both(server: &Server, name: &str) -> (Tenant, Person, Tokens) {
    let tenant = Tenant::new(server, name);
    let person = Person::new(server, &tenant, "both", &[]);
    let tokens = Tokens::of(&try_log_in(&server.client(), &person.email, PASSWORD).expect(200));
    assert_eq!(status(server, &tokens.access), 200);
    (tenant, person, tokens)
}

fn a_password_changed_in_another_api_ends_all_sessions(server: &Server) {
    let (_, person, tokens) = both(server, "Changed elsewhere");
    let new = "Other-pass-2";
    let body = json!({ "current_password": PASSWORD, "new_password": new, "new_password_confirmation": new });
    person.client.post("/iam/v1/users/me/password/", &body).expect(202);
    assert_eq!(status(server, &tokens.access), 401);
    refresh(server, &tokens.refresh).expect(401);
    try_log_in(&server.client(), &person.email, PASSWORD).expect(401);
    try_log_in(&server.client(), &person.email, new).expect(200);
}

fn a_person_suspended_in_another_api_is_out(server: &Server) {
    let (_, person, tokens) = both(server, "Suspended elsewhere");
    let suspend = |is_suspended: bool| {
        let path = format!("/api/users/{}/is-suspended", person.id);
        let body = json!({ "isSuspended": is_suspended }).to_string();
        server.manager().send("PATCH", &path, Some("application/json"), body.as_bytes()).expect(200);
    };
    suspend(true);
    assert_eq!(status(server, &tokens.access), 401);
    let (title, detail) = refusal(&refresh(server, &tokens.refresh), 401);
    assert_eq!((title.as_str(), detail.as_str()), ("Verse::Error::Authorization", "account_disabled"));
    let refused = try_log_in(&server.client(), &person.email, PASSWORD);
    assert_eq!(refusal(&refused, 401).1, "account_disabled");
    // Let in again, the old tokens stay dead: the sessions were ended.
    suspend(false);
    assert_eq!(status(server, &tokens.access), 401);
    refresh(server, &tokens.refresh).expect(401);
}

fn a_person_locked_by_an_organization_is_out(server: &Server) {
    let (tenant, person, tokens) = both(server, "Locked elsewhere");
    let path = format!("/iam/v1/team/members/{}/", person.id);
    for (stop, go_on) in [("lock", "unlock"), ("deactivate", "reactivate")] {
        let tokens = if stop == "lock" {
            tokens.access.clone()
        } else {
            Tokens::of(&try_log_in(&server.client(), &person.email, PASSWORD).expect(200)).access
        };
        tenant.admin.post_empty(&format!("{path}{stop}/")).expect(200);
        assert_eq!(status(server, &tokens), 401);
        tenant.admin.post_empty(&format!("{path}{go_on}/")).expect(200);
        assert_eq!(status(server, &tokens), 401, "a session that was ended stays so");
    }
}

fn a_revoked_session_is_over(server: &Server) {
    let (tenant, _, tokens) = both(server, "Revoked");
    tenant.seed.run("UPDATE session SET revoked_at = 1 WHERE id = ?1", params![tokens.session()]);
    assert_eq!(status(server, &tokens.access), 401);
}

fn a_session_of_another_api_can_be_ended_here(server: &Server) {
    let (tenant, person, tokens) = both(server, "Ended here");
    let here = server.client().bearer(&tokens.access);
    let there = log_in(server, &person.email, PASSWORD);
    let sessions = tenant.seed.run(
        "SELECT id FROM session WHERE user_id = ?1 AND dialect <> 'idah' AND revoked_at IS NULL ORDER BY id",
        params![person.id],
    );
    let sessions: Vec<i64> = sessions.iter().map(|row| row.integer(0).unwrap()).collect();
    assert_eq!(sessions.len(), 2);
    let listed = ids(&here.get("/account_sessions"));
    assert!(listed.len() == 3 && sessions.iter().all(|id| listed.contains(id)), "{listed:?}");
    for session in sessions {
        here.delete(&format!("/account_sessions/{session}")).expect(204);
    }
    for ended in [&there, &person.client] {
        ended.get("/iam/v1/users/me/").expect(401);
    }
    assert_eq!(status(server, &tokens.access), 200);
}
