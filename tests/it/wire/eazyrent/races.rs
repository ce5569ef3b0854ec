//! What happens while a request is on its way counts for it: rights, passwords and sessions are as they are when it
//! writes, not as they were when it came.

use std::sync::Barrier;

use iam_domain::params;
use iam_tests::{Response, Server};
use serde_json::{Value, json};

use super::connection::Pending;
use super::people::{ME, PASSWORD, Person, code, forget, log_in, member, patch, refused, reset, try_log_in};
use crate::wire::eazyrent::acting_account::family;
use crate::wire::eazyrent::roles::authorizations::{keys, path};
use crate::wire::eazyrent::roles::authorizations_replace::{held, put};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    what_takes_its_time_is_done,
    an_administrator_who_is_stopped_meanwhile_gives_no_roles,
    an_administrator_who_is_deleted_meanwhile_gives_no_roles,
    who_loses_the_role_meanwhile_gives_no_roles,
    who_loses_the_account_meanwhile_gives_no_roles_there,
    nobody_who_is_stopped_meanwhile_changes_a_profile,
    no_session_that_ends_meanwhile_changes_a_profile,
    administrators_do_not_switch_each_other_off,
    no_login_with_the_old_password_outlives_a_reset,
    no_change_with_the_old_password_outlives_a_reset,
);

const PASSWORDS: &str = "/iam/v1/users/me/password/";
const NEW: &str = "Other-pass-2";
const MINE: &str = "Third-pass-3";

/// Sends a request each at the same moment; gives the answers in the order of the requests.
fn at_once(requests: &[&(dyn Fn() -> Response + Sync)]) -> Vec<Response> {
    let start = Barrier::new(requests.len());
    std::thread::scope(|scope| {
        let one = |request: &'_ &(dyn Fn() -> Response + Sync)| {
            start.wait();
            request()
        };
        let threads: Vec<_> = requests.iter().map(|request| scope.spawn(move || one(request))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// Two administrators of an organization, and a member.
struct Coup {
    tenant: Tenant,
    first: Person,
    second: Person,
    target: i64,
}

impl Coup {
    fn new(server: &Server) -> Self {
        let tenant = Tenant::new(server, "Coup");
        let [first, second] = ["first", "second"].map(|local| Person::new(server, &tenant, local, &["org:admin"]));
        let target = tenant.seed.user(tenant.organization, &unique_email("target"), &["org:user"]);
        Self { tenant, first, second, target }
    }

    /// The second begins to make the target an administrator, by a session and by a token of the API.
    #[track_caller]
    fn gives_roles(&self, server: &Server) -> [Pending; 2] {
        let tokens = [token(server, &self.second.email), self.tenant.seed.api_token(self.second.id)];
        let body = json!({"grants": ["org:admin"]});
        tokens.map(|token| Pending::begin(server, &token, "PUT", &path(self.target), &body))
    }

    /// The second does not get through with it, because the first acts `meanwhile`.
    #[track_caller]
    fn gives_no_roles(&self, server: &Server, status: u16, meanwhile: impl FnOnce()) {
        let pending = self.gives_roles(server);
        meanwhile();
        for pending in pending {
            shape::detail(&pending.finish().expect(status));
        }
        assert_eq!(held(&self.tenant, self.target), json!(["org:user"]));
        let events = "SELECT count(*) FROM audit_event WHERE actor_id = ?1 AND action = 'grant.replaced'";
        assert_eq!(self.tenant.seed.count(events, params![self.second.id]), 0);
    }
}

/// The access token of a new session.
#[track_caller]
fn token(server: &Server, email: &str) -> String {
    let answer = try_log_in(server, email, PASSWORD).expect(200).json();
    answer["access_token"].as_str().unwrap().to_owned()
}

/// Without this, the refusals below could have other reasons.
fn what_takes_its_time_is_done(server: &Server) {
    let coup = Coup::new(server);
    for pending in coup.gives_roles(server) {
        assert_eq!(pending.finish().expect(200).json(), json!(["org:admin"]));
    }
    let token = token(server, &coup.second.email);
    let pending = Pending::begin(server, &token, "PATCH", ME, &json!({"first_name": "Changed"}));
    assert_eq!(pending.finish().expect(200).json()["first_name"], json!("Changed"));
}

fn an_administrator_who_is_stopped_meanwhile_gives_no_roles(server: &Server) {
    for verb in ["deactivate", "lock"] {
        let coup = Coup::new(server);
        let stop = format!("{}{verb}/", coup.second.path());
        coup.gives_no_roles(server, 401, || drop(coup.first.client.post_empty(&stop).expect(200)));
    }
}

fn an_administrator_who_is_deleted_meanwhile_gives_no_roles(server: &Server) {
    let coup = Coup::new(server);
    coup.gives_no_roles(server, 401, || drop(coup.first.client.delete(&coup.second.path()).expect(204)));
}

fn who_loses_the_role_meanwhile_gives_no_roles(server: &Server) {
    for left in [json!([]), json!(["org:user"]), json!(["organization:write"])] {
        let coup = Coup::new(server);
        coup.gives_no_roles(server, 403, || drop(put(&coup.first.client, coup.second.id, &left).expect(200)));
    }
}

fn who_loses_the_account_meanwhile_gives_no_roles_there(server: &Server) {
    let family = family(server);
    let seed = &family.network.seed;
    let target = seed.user(family.child, &unique_email("target"), &["org:user"]);
    let there = crate::wire::tenant::caller(server, seed, family.child, &["org:admin"]);
    let token = format!("{}\r\nx-eaz-account-id: {}", seed.api_token(family.network.machine.id), family.child);
    let body = json!({"grants": ["org:staff"]});
    let pending = Pending::begin(server, &token, "PUT", &path(target), &body);
    there.post_empty("/iam/v1/organizations/leave-organization/").expect(200);
    shape::detail(&pending.finish().expect(403));
    assert_eq!(keys(&there.get(&path(target)).expect(200).json()), ["org:user"]);
}

/// Begins to change the profile of somebody, to whom something happens meanwhile.
#[track_caller]
fn changes_no_profile(server: &Server, meanwhile: impl FnOnce(&Tenant, &Person)) {
    let tenant = Tenant::new(server, "Profile");
    let person = Person::new(server, &tenant, "profile", &["org:user"]);
    let token = token(server, &person.email);
    let body = json!({"first_name": "Changed", "email": unique_email("changed")});
    let pending = Pending::begin(server, &token, "PATCH", ME, &body);
    meanwhile(&tenant, &person);
    let before = tenant.admin.get(&person.path()).expect(200).json();
    shape::detail(&pending.finish().expect(401));
    assert_eq!(before["first_name"], json!("Ada"));
    assert_eq!(tenant.admin.get(&person.path()).expect(200).json(), before);
}

fn nobody_who_is_stopped_meanwhile_changes_a_profile(server: &Server) {
    for verb in ["lock", "deactivate"] {
        changes_no_profile(server, |tenant, person| {
            tenant.admin.post_empty(&format!("{}{verb}/", member(person.id))).expect(200);
        });
    }
}

fn no_session_that_ends_meanwhile_changes_a_profile(server: &Server) {
    changes_no_profile(server, |_, person| drop(person.client.post(PASSWORDS, &change(NEW)).expect(202)));
}

/// The body that changes [`PASSWORD`].
fn change(new: &str) -> Value {
    json!({"current_password": PASSWORD, "new_password": new, "new_password_confirmation": new})
}

fn administrators_do_not_switch_each_other_off(server: &Server) {
    for verb in ["deactivate", "lock"].into_iter().cycle().take(6) {
        let Coup { tenant, first, second, .. } = Coup::new(server);
        let stop = |person: &Person| format!("{}{verb}/", person.path());
        let (this, that) = (stop(&second), stop(&first));
        let answers = at_once(&[&|| first.client.post_empty(&this), &|| second.client.post_empty(&that)]);
        let mut statuses = [answers[0].status, answers[1].status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401], "{answers:?}");
        let active = "SELECT count(*) FROM principal WHERE id IN (?1, ?2) AND state = 'active'";
        assert_eq!(tenant.seed.count(active, params![first.id, second.id]), 1);
        // Whoever is left is at work.
        let left = if answers[0].status == 200 { &first } else { &second };
        patch(&left.client, ME, &json!({"first_name": "Winner"})).expect(200);
    }
}

/// So many wrong passwords, and one more, cost nothing.
const FREE: usize = 4;

fn no_login_with_the_old_password_outlives_a_reset(server: &Server) {
    let tenant = Tenant::new(server, "Old logins");
    for _ in 0..4 {
        let person = Person::new(server, &tenant, "old", &[]);
        forget(server, &person.email).expect(202);
        let code = code(&tenant.seed, &person.email);
        let log_in_with_the_old = || try_log_in(server, &person.email, PASSWORD);
        let reset = || reset(server, &code, NEW);
        let mut requests: Vec<&(dyn Fn() -> Response + Sync)> = vec![&log_in_with_the_old; FREE];
        requests.push(&reset);
        let mut answers = at_once(&requests);
        answers.pop().unwrap().expect(202);
        let sessions = "SELECT count(*) FROM session WHERE user_id = ?1 AND revoked_at IS NULL";
        assert_eq!(tenant.seed.count(sessions, params![person.id]), 0, "{answers:?}");
        for answer in answers {
            if answer.status == 200 {
                let token = answer.json()["access_token"].as_str().unwrap().to_owned();
                shape::detail(&server.client().bearer(&token).get(ME).expect(401));
            } else {
                // 401 where the session had begun and was ended before the token was made.
                assert!(matches!(answer.status, 400 | 401), "{answer:?}");
                shape::oauth_error(&answer);
            }
        }
        refused(&try_log_in(server, &person.email, PASSWORD));
        log_in(server, &person.email, NEW).get(ME).expect(200);
    }
}

fn no_change_with_the_old_password_outlives_a_reset(server: &Server) {
    let tenant = Tenant::new(server, "Old changes");
    for round in 0..6 {
        let person = Person::new(server, &tenant, "change", &[]);
        forget(server, &person.email).expect(202);
        let code = code(&tenant.seed, &person.email);
        // A token of the API outlives a reset, unlike a session: there it is the password alone that stops the change.
        let by_api_token = server.client().bearer(&tenant.seed.api_token(person.id));
        let client = if round % 2 == 0 { &by_api_token } else { &person.client };
        let answers = at_once(&[&|| client.post(PASSWORDS, &change(MINE)), &|| reset(server, &code, NEW)]);
        let (good, others) = match [answers[0].status, answers[1].status] {
            // Codes that were mailed end with the old password.
            [202, 400] => (MINE, [PASSWORD, NEW]),
            [400 | 401, 202] => (NEW, [PASSWORD, MINE]),
            _ => panic!("one of them: {answers:?}"),
        };
        for other in others {
            refused(&try_log_in(server, &person.email, other));
        }
        log_in(server, &person.email, good).get(ME).expect(200);
    }
}
