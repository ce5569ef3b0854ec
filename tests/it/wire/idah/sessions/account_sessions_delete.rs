//! `DELETE /account_sessions/{resource_id}`.

use iam_domain::params;
use iam_tests::Server;

use crate::wire::idah::logins::fixtures::{person, refresh, replayed, sessions, status};
use crate::wire::idah::{account, caller, faults, refusal, session};

crate::on_both!(
    an_ended_session_takes_its_tokens_along,
    what_is_not_there_is_as_good_as_ended,
    only_own_sessions_are_ended,
    administrators_end_any_session,
    an_id_is_a_number,
    a_caller_is_needed,
);

fn path(id: impl std::fmt::Display) -> String {
    format!("/account_sessions/{id}")
}

fn an_ended_session_takes_its_tokens_along(server: &Server) {
    let me = person(server, Some("user"), &[]);
    let (one, two) = (me.log_in(server), me.log_in(server));
    let client = server.client().bearer(&one.access);
    let answer = client.delete(&path(two.session())).expect(204);
    assert_eq!((answer.body.as_str(), answer.cookies.len()), ("", 0));
    let seed = server.seed();
    assert_eq!(sessions(&seed, me.id), [one.session()]);
    assert_eq!(status(server, &two.access), 401);
    replayed(&refresh(server, &two.refresh));
    let sql = "SELECT count(*) FROM audit_event WHERE target_id = ?1 AND action = 'session.ended' AND actor_id = ?2";
    assert_eq!(seed.count(sql, params![two.session(), me.id]), 1);
    // One's own: the next request is nobody's.
    client.delete(&format!("/api/v1/iam{}", path(one.session()))).expect(204);
    assert_eq!(status(server, &one.access), 401);
}

fn what_is_not_there_is_as_good_as_ended(server: &Server) {
    let me = person(server, Some("admin"), &[]);
    let (one, two) = (me.log_in(server), me.log_in(server));
    let client = server.client().bearer(&one.access);
    let seed = server.seed();
    let events = || seed.count("SELECT count(*) FROM audit_event WHERE actor_id = ?1", params![me.id]);
    client.delete(&path(two.session())).expect(204);
    let before = events();
    for id in [two.session().to_string(), "1".into(), "0".into(), "-5".into(), i64::MAX.to_string()] {
        client.delete(&path(id)).expect(204);
    }
    assert_eq!(events(), before, "nothing happened");
    assert_eq!(sessions(&seed, me.id), [one.session()]);
}

fn only_own_sessions_are_ended(server: &Server) {
    let organization = server.seed().organization("Ends");
    let (other, _) = account(server, Some("user"), &[organization]);
    let of_other = session(server, other);
    for role in ["user", "org_owner"] {
        let me = caller(server, role, &[organization]);
        me.client.delete(&path(of_other)).expect(204);
        assert_eq!(sessions(&server.seed(), other), [of_other], "{role}");
        me.client.delete(&path(me.session)).expect(204);
        assert_eq!(sessions(&server.seed(), me.id), [0; 0], "{role}");
    }
}

fn administrators_end_any_session(server: &Server) {
    for role in ["admin", "system"] {
        let (other, _) = account(server, Some("user"), &[]);
        let of_other = session(server, other);
        let me = caller(server, role, &[]);
        me.client.delete(&path(of_other)).expect(204);
        assert_eq!(sessions(&server.seed(), other), [0; 0], "{role}");
    }
}

fn an_id_is_a_number(server: &Server) {
    let me = caller(server, "user", &[]);
    for id in ["x", "1.5", "1e3", "99999999999999999999"] {
        let wanted = ("/resource_id".to_owned(), "must be an integer".to_owned());
        assert_eq!(faults(&me.client.delete(&path(id))), [wanted], "{id}");
    }
    me.client.delete("/account_sessions").expect(404);
}

fn a_caller_is_needed(server: &Server) {
    let (id, _) = account(server, Some("user"), &[]);
    let session = session(server, id);
    let answer = server.client().delete(&path(session));
    assert_eq!(refusal(&answer, 401).1, "unauthorized_access");
    server.client().delete(&path("x")).expect(401);
    assert_eq!(sessions(&server.seed(), id), [session]);
}
