//! Requests on people that arrive together: each rule holds, and nobody gets a 500.

use std::sync::Barrier;

use iam_domain::params;
use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::memberships::register::{body, register};
use crate::wire::eazyrent::people::{
    ACTIVATE, ME, PASSWORD, Person, RESET, code, forget, invite, log_in, mails, member, patch, try_log_in, with_code,
};
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    an_invitation_is_accepted_once,
    a_forgotten_password_is_reset_once,
    one_of_many_gets_an_address,
    one_of_many_registrations_gets_an_address,
    administrators_who_leave_together_leave_one_behind,
    administrators_who_delete_each_other_leave_one_behind,
    a_state_is_changed_once,
    of_many_invitations_one_code_is_good,
);

const MANY: usize = 6;

/// Sends a request each at the same moment; gives the statuses in order of size.
fn together(requests: &[&(dyn Fn() -> Response + Sync)]) -> Vec<u16> {
    let start = Barrier::new(requests.len());
    let mut statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = requests
            .iter()
            .map(|request| {
                scope.spawn(|| {
                    start.wait();
                    request().status
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    statuses.sort_unstable();
    statuses
}

/// The same request many times, each on a connection of its own.
fn many_times(server: &Server, send: impl Fn(&Client) -> Response + Sync) -> Vec<u16> {
    let base = server.base().to_owned();
    let one = || send(&Client::new(&base));
    together(&[&one as &(dyn Fn() -> Response + Sync); MANY])
}

/// One of [`MANY`] with the first status, the others with the second.
fn one(first: u16, others: u16) -> Vec<u16> {
    let mut statuses = vec![others; MANY - 1];
    statuses.push(first);
    statuses.sort_unstable();
    statuses
}

fn an_invitation_is_accepted_once(server: &Server) {
    let tenant = Tenant::new(server, "Activation");
    let (id, email) = invite(&tenant, "once");
    let body = with_code(&code(&tenant.seed, &email), PASSWORD);
    assert_eq!(many_times(server, |client| client.post(ACTIVATE, &body)), one(200, 400));
    log_in(server, &email, PASSWORD);
    let events = "SELECT count(*) FROM audit_event WHERE target_id = ?1 AND action = 'user.joined'";
    assert_eq!(tenant.seed.count(events, params![id]), 1);
}

fn a_forgotten_password_is_reset_once(server: &Server) {
    let tenant = Tenant::new(server, "Reset");
    let person = Person::new(server, &tenant, "once", &[]);
    forget(server, &person.email).expect(202);
    let code = code(&tenant.seed, &person.email);
    let passwords: Vec<String> = (0..MANY).map(|number| format!("Other-pass-{number}")).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let reset = |client: &Client| {
        let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        client.post(RESET, &with_code(&code, &passwords[number]))
    };
    assert_eq!(many_times(server, reset), one(202, 400));
    // Five guesses cost nothing, and a success forgets them.
    let good = passwords.iter().filter(|password| try_log_in(server, &person.email, password).status == 200).count();
    assert_eq!(good, 1);
}

fn one_of_many_gets_an_address(server: &Server) {
    let tenant = Tenant::new(server, "Address");
    let body = json!({"email": unique_email("wanted")});
    let people: Vec<String> = (0..MANY)
        .map(|number| member(tenant.seed.user(tenant.organization, &unique_email(&format!("p{number}")), &[])))
        .collect();
    let admin = &tenant.admin;
    let requests: Vec<_> = people.iter().map(|path| || patch(admin, path, &body)).collect();
    let requests: Vec<&(dyn Fn() -> Response + Sync)> = requests.iter().map(|request| request as _).collect();
    assert_eq!(together(&requests), one(200, 409));
}

fn one_of_many_registrations_gets_an_address(server: &Server) {
    let tenant = Tenant::new(server, "Bystander");
    let email = unique_email("founder");
    let mut sent = body(&email);
    sent["organization"]["name"] = json!(email);
    assert_eq!(many_times(server, |client| client.post("/iam/v1/register/", &sent)), one(200, 409));
    let organizations = "SELECT count(*) FROM organization WHERE name = ?1";
    assert_eq!(tenant.seed.count(organizations, params![&email]), 1);
    assert_eq!(mails(&tenant.seed, &email).len(), 1);
    assert_eq!(register(server, &sent).status, 409);
}

/// People of `tenant` who hold `org:admin`.
fn admins(tenant: &Tenant) -> i64 {
    let sql = "SELECT count(*) FROM role_grant g JOIN role r ON r.id = g.role_id JOIN user u ON u.id = g.principal_id \
               WHERE g.organization_id = ?1 AND r.key = 'org:admin'";
    tenant.seed.count(sql, params![tenant.organization])
}

fn administrators_who_leave_together_leave_one_behind(server: &Server) {
    for _ in 0..3 {
        let tenant = Tenant::new(server, "Leaving");
        let [one, other] = ["one", "other"].map(|local| Person::new(server, &tenant, local, &["org:admin"]).client);
        let statuses = together(&[&|| one.delete(ME), &|| other.delete(ME)]);
        assert_eq!((statuses, admins(&tenant)), (vec![409, 410], 1));
    }
}

fn administrators_who_delete_each_other_leave_one_behind(server: &Server) {
    for _ in 0..3 {
        let tenant = Tenant::new(server, "Coup");
        let people = ["one", "other"].map(|local| Person::new(server, &tenant, local, &["org:admin"]));
        let paths = [people[0].path(), people[1].path()];
        let [one, other] = people.map(|person| person.client);
        let statuses = together(&[&|| one.delete(&paths[1]), &|| other.delete(&paths[0])]);
        // The loser is known no more, or the last one.
        assert!(matches!(statuses[..], [204, 401 | 404 | 409]), "{statuses:?}");
        assert_eq!(admins(&tenant), 1);
    }
}

fn a_state_is_changed_once(server: &Server) {
    let tenant = Tenant::new(server, "State");
    let id = tenant.seed.user(tenant.organization, &unique_email("state"), &[]);
    let token = tenant.seed.api_token(tenant.machine.id);
    for verb in ["lock", "unlock", "deactivate", "reactivate"] {
        let path = format!("{}{verb}/", member(id));
        assert_eq!(many_times(server, |client| client.bearer(&token).post_empty(&path)), one(200, 400), "{verb}");
    }
}

fn of_many_invitations_one_code_is_good(server: &Server) {
    let tenant = Tenant::new(server, "Invitations");
    let (id, email) = invite(&tenant, "invited");
    let token = tenant.seed.api_token(tenant.machine.id);
    let path = format!("{}resend-invitation/", member(id));
    let statuses = many_times(server, |client| client.bearer(&token).post_empty(&path));
    assert!(statuses.iter().all(|status| matches!(status, 202 | 429)), "{statuses:?}");
    let codes: Vec<Value> = mails(&tenant.seed, &email).into_iter().map(|(_, code)| json!(code)).collect();
    let sent = statuses.iter().filter(|status| **status == 202).count();
    assert_eq!(codes.len(), 1 + sent);
    let accepted = codes.iter().filter(|code| {
        let body = with_code(code.as_str().unwrap(), PASSWORD);
        server.client().post(ACTIVATE, &body).status == 200
    });
    assert_eq!(accepted.count(), 1);
}
