//! `DELETE /iam/v1/team/members/{id}/`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::json;

use crate::wire::eazyrent::memberships::members_list::PATH;
use crate::wire::eazyrent::people::{
    ME, PASSWORD, Person, activate, audit, code, forget, invite, member, refused, reset, try_log_in,
};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, caller, unique_email};

crate::on_both!(
    a_deleted_member_is_gone_with_all_that_hangs_on_it,
    a_deleted_member_is_refused_at_once,
    somebody_in_any_state_can_be_deleted,
    the_address_of_a_deleted_member_is_free_again,
    the_codes_of_a_deleted_member_are_worthless,
    nobody_deletes_oneself_as_a_member,
    the_last_administrator_stays,
    an_administrator_who_is_switched_off_is_no_other_administrator,
    machines_are_no_other_administrators,
    memberships_elsewhere_end_too,
);

fn a_deleted_member_is_gone_with_all_that_hangs_on_it(server: &Server) {
    let tenant = Tenant::new(server, "Gone");
    let person = Person::new(server, &tenant, "gone", &["org:user"]);
    let left = tenant.seed.user(tenant.organization, &unique_email("left"), &["org:user"]);
    forget(server, &person.email).expect(202);
    tenant.seed.api_token(person.id);
    let answer = tenant.admin.delete(&person.path()).expect(204);
    assert_eq!(answer.body, "");
    assert!(!answer.headers.contains_key("content-length") && !answer.headers.contains_key("content-type"));
    for (table, column) in [
        ("principal", "id"),
        ("user", "id"),
        ("membership", "principal_id"),
        ("role_grant", "principal_id"),
        ("credential", "principal_id"),
        ("session", "user_id"),
        ("one_time_code", "principal_id"),
    ] {
        let sql = format!("SELECT count(*) FROM {table} WHERE {column} = ?1");
        assert_eq!(tenant.seed.count(&sql, params![person.id]), 0, "{table}");
    }
    for path in [person.path(), format!("/iam/v1/user-grants/{}/authorizations/", person.id)] {
        shape::detail(&tenant.admin.get(&path).expect(404));
    }
    shape::detail(&tenant.admin.delete(&person.path()).expect(404));
    for verb in ["lock", "unlock", "deactivate", "reactivate", "resend-invitation", "sync-from-auth"] {
        tenant.admin.post_empty(&format!("{}{verb}/", person.path())).expect(404);
    }
    let list = tenant.admin.get(PATH).expect(200).json();
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(list[0]["id"], json!(left.to_string()));
    let events = audit(&tenant.seed, person.id);
    let event = ("user.deleted".to_owned(), "service_account".to_owned(), Some(tenant.machine.id));
    assert_eq!(events.last(), Some(&event));
}

fn a_deleted_member_is_refused_at_once(server: &Server) {
    let tenant = Tenant::new(server, "Refused");
    let person = Person::new(server, &tenant, "refused", &["org:user"]);
    let second = person.log_in(server);
    let key = server.client().bearer(&tenant.seed.api_token(person.id));
    tenant.admin.delete(&person.path()).expect(204);
    for client in [&person.client, &second, &key] {
        for path in [ME, PATH, "/iam/v1/organizations/me/"] {
            let answer = client.get(path).expect(401);
            assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
            shape::detail(&answer);
        }
    }
    refused(&try_log_in(server, &person.email, PASSWORD));
}

fn somebody_in_any_state_can_be_deleted(server: &Server) {
    let tenant = Tenant::new(server, "Any state");
    for state in ["initial", "active", "inactive", "locked"] {
        let id = tenant.seed.user(tenant.organization, &unique_email(state), &["org:user"]);
        tenant.seed.set_state(id, state);
        tenant.admin.delete(member(id).trim_end_matches('/')).expect(204);
        tenant.admin.get(&member(id)).expect(404);
    }
}

fn the_address_of_a_deleted_member_is_free_again(server: &Server) {
    let (tenant, other) = (Tenant::new(server, "Before"), Tenant::new(server, "After"));
    let (id, email) = invite(&tenant, "free");
    tenant.admin.delete(&member(id)).expect(409);
    tenant.seed.user(tenant.organization, &unique_email("heir"), &["org:admin"]);
    tenant.admin.delete(&member(id)).expect(204);
    let new = json!({"first_name": "A", "last_name": "B", "email": email.to_uppercase()});
    let made = other.admin.post(PATH, &new).expect(201).json();
    assert_ne!(shape::id(&made["id"]), id);
}

fn the_codes_of_a_deleted_member_are_worthless(server: &Server) {
    let tenant = Tenant::new(server, "Codes");
    let person = Person::new(server, &tenant, "reset", &["org:user"]);
    forget(server, &person.email).expect(202);
    let forgotten = code(&tenant.seed, &person.email);
    tenant.seed.user(tenant.organization, &unique_email("heir"), &["org:admin"]);
    let (id, email) = invite(&tenant, "invited");
    let invitation = code(&tenant.seed, &email);
    tenant.admin.delete(&person.path()).expect(204);
    tenant.admin.delete(&member(id)).expect(204);
    shape::detail(&reset(server, &forgotten, "Other-pass-2").expect(400));
    shape::detail(&activate(server, &invitation, PASSWORD).expect(400));
}

fn nobody_deletes_oneself_as_a_member(server: &Server) {
    let tenant = Tenant::new(server, "Oneself");
    let boss = Person::new(server, &tenant, "boss", &["org:admin"]);
    tenant.seed.user(tenant.organization, &unique_email("heir"), &["org:admin"]);
    shape::detail(&boss.client.delete(&boss.path()).expect(400));
    boss.client.get(ME).expect(200);
}

fn the_last_administrator_stays(server: &Server) {
    let tenant = Tenant::new(server, "Last");
    let boss = tenant.seed.user(tenant.organization, &unique_email("boss"), &["org:admin", "org:user"]);
    tenant.seed.user(tenant.organization, &unique_email("user"), &["org:user", "organization:write"]);
    // An administrator elsewhere does not count, nor one on the platform.
    let elsewhere = Tenant::new(server, "Elsewhere");
    elsewhere.seed.user(elsewhere.organization, &unique_email("elsewhere"), &["org:admin"]);
    let before = tenant.admin.get(PATH).expect(200).json();
    shape::detail(&tenant.admin.delete(&member(boss)).expect(409));
    assert_eq!(tenant.admin.get(PATH).expect(200).json(), before);
    assert_eq!(audit(&tenant.seed, boss), []);
    tenant.seed.user(tenant.organization, &unique_email("heir"), &["org:admin"]);
    tenant.admin.delete(&member(boss)).expect(204);
}

fn an_administrator_who_is_switched_off_is_no_other_administrator(server: &Server) {
    let tenant = Tenant::new(server, "Switched off");
    let [boss, heir] =
        ["boss", "heir"].map(|local| tenant.seed.user(tenant.organization, &unique_email(local), &["org:admin"]));
    tenant.admin.post_empty(&format!("{}deactivate/", member(heir))).expect(200);
    shape::detail(&tenant.admin.delete(&member(boss)).expect(409));
    tenant.admin.post_empty(&format!("{}reactivate/", member(heir))).expect(200);
    tenant.admin.delete(&member(boss)).expect(204);
}

fn machines_are_no_other_administrators(server: &Server) {
    let tenant = Tenant::new(server, "Machines");
    let boss = tenant.seed.user(tenant.organization, &unique_email("boss"), &["org:admin"]);
    let machine = caller(server, &tenant.seed, tenant.organization, &["org:admin"]);
    shape::detail(&machine.delete(&member(boss)).expect(409));
}

fn memberships_elsewhere_end_too(server: &Server) {
    let (home, host) = (Tenant::new(server, "Home"), Tenant::new(server, "Host"));
    let person = home.seed.user(home.organization, &unique_email("traveller"), &["org:user"]);
    host.seed.join(host.organization, person, "user");
    host.seed.grant(Some(host.organization), person, "org:user");
    host.admin.get(&member(person)).expect(200);
    home.admin.delete(&member(person)).expect(204);
    host.admin.get(&member(person)).expect(404);
    assert_eq!(host.admin.get(PATH).json(), json!([]));
}
