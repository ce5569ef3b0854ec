//! Who may do what to whom under `/iam/v1/team/members/{id}/`.

use iam_domain::params;
use iam_tests::{Client, Response, Server};
use serde_json::json;

use crate::wire::eazyrent::memberships::members_list::PATH;
use crate::wire::eazyrent::people::{ME, Person, member, patch};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, caller, client_of, unique_email};

crate::on_both!(
    what_is_no_member_is_not_found_whatever_is_asked,
    roles_without_the_right_are_refused,
    whoever_may_only_write_members_manages_ordinary_ones,
    whoever_may_only_write_members_has_no_hold_on_administrators,
    an_administrator_manages_administrators,
    a_guest_is_seen_and_removed_but_not_changed,
    whoever_may_only_write_members_cannot_remove_an_administrator_who_is_a_guest,
    platform_people_are_out_of_reach,
    the_head_of_a_network_manages_the_members_below,
);

/// Each request that changes a member; what can be undone is undone by the next.
fn writes(client: &Client, id: &str) -> Vec<(&'static str, Response)> {
    let post = |verb: &str| client.post_empty(&format!("{}{verb}/", member(id)));
    vec![
        ("patch", patch(client, &member(id), &json!({"first_name": "Changed"}))),
        ("lock", post("lock")),
        ("unlock", post("unlock")),
        ("deactivate", post("deactivate")),
        ("reactivate", post("reactivate")),
        ("resend-invitation", post("resend-invitation")),
        ("delete", client.delete(&member(id))),
    ]
}

#[track_caller]
fn all(answers: Vec<(&'static str, Response)>, status: u16) -> Vec<String> {
    let text = |(verb, answer): (&str, Response)| {
        assert_eq!(answer.status, status, "{verb}: {answer:?}");
        shape::detail(&answer)
    };
    answers.into_iter().map(text).collect()
}

fn what_is_no_member_is_not_found_whatever_is_asked(server: &Server) {
    let (tenant, other) = (Tenant::new(server, "Here"), Tenant::new(server, "There"));
    let here = tenant.seed.user(tenant.organization, &unique_email("here"), &["org:user"]);
    let stranger = tenant.seed.user(other.organization, &unique_email("there"), &["org:user"]);
    let mut texts = Vec::new();
    for id in [
        "999999999999".to_owned(),
        stranger.to_string(),
        tenant.machine.id.to_string(),
        tenant.organization.to_string(),
        "0".to_owned(),
        "-1".to_owned(),
        "abc".to_owned(),
        "310976816384838665".to_owned(),
        format!("%20{here}"),
        format!("{here}%00"),
        "%C3%A9".to_owned(),
        "'%20OR%201=1%20--".to_owned(),
    ] {
        texts.push(shape::detail(&tenant.admin.get(&member(&id)).expect(404)));
        texts.extend(all(writes(&tenant.admin, &id), 404));
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "an id of somebody else must look like an unknown one: {texts:?}");
    let view = other.admin.get(&member(stranger)).expect(200).json();
    assert_eq!((&view["first_name"], &view["state"]), (&json!("Test"), &json!("USER_STATE_ACTIVE")));
}

fn roles_without_the_right_are_refused(server: &Server) {
    let tenant = Tenant::new(server, "Roles");
    let id = tenant.seed.user(tenant.organization, &unique_email("target"), &["org:user"]);
    let before = tenant.admin.get(&member(id)).expect(200).json();
    for role in ["org:staff", "org:user", "organization:read"] {
        let reader = caller(server, &tenant.seed, tenant.organization, &[role]);
        assert_eq!(reader.get(&member(id)).expect(200).json(), before, "{role}");
        all(writes(&reader, &id.to_string()), 403);
        // Rights come before anything else.
        all(writes(&reader, "999999999999"), 403);
        shape::detail(&patch(&reader, &member(id), &json!([])).expect(403));
    }
    for roles in [&[][..], &["product:write", "rental_file:write", "document:write", "admin", "user"]] {
        let nobody = caller(server, &tenant.seed, tenant.organization, roles);
        shape::detail(&nobody.get(&member(id)).expect(403));
        shape::detail(&nobody.get(PATH).expect(403));
        all(writes(&nobody, &id.to_string()), 403);
    }
    let writer = caller(server, &tenant.seed, tenant.organization, &["organization:write"]);
    shape::detail(&writer.get(&member(id)).expect(403));
    assert_eq!(tenant.admin.get(&member(id)).expect(200).json(), before);
}

/// The statuses of [`writes`] for somebody who set no password: `resend-invitation` works as well.
const DONE: [u16; 7] = [200, 200, 200, 200, 200, 202, 204];

fn statuses(answers: &[(&'static str, Response)]) -> Vec<u16> {
    answers.iter().map(|(_, answer)| answer.status).collect()
}

fn whoever_may_only_write_members_manages_ordinary_ones(server: &Server) {
    let tenant = Tenant::new(server, "Writer");
    let writer = caller(server, &tenant.seed, tenant.organization, &["organization:write"]);
    for roles in [&[][..], &["org:user"], &["org:staff"], &["organization:read", "organization:write"]] {
        let id = tenant.seed.user(tenant.organization, &unique_email("ordinary"), roles);
        assert_eq!(statuses(&writes(&writer, &id.to_string())), DONE, "{roles:?}");
    }
    assert_eq!(tenant.admin.get(PATH).json(), json!([]));
}

fn whoever_may_only_write_members_has_no_hold_on_administrators(server: &Server) {
    let tenant = Tenant::new(server, "Above");
    let [boss, second] =
        ["boss", "second"].map(|local| tenant.seed.user(tenant.organization, &unique_email(local), &["org:admin"]));
    let before = tenant.admin.get(PATH).expect(200).json();
    let writer = caller(server, &tenant.seed, tenant.organization, &["organization:write", "org:user"]);
    for id in [boss, second] {
        all(writes(&writer, &id.to_string()), 403);
    }
    // Nor while the administrator is stopped.
    for state in ["locked", "inactive", "initial"] {
        tenant.seed.set_state(boss, state);
        all(writes(&writer, &boss.to_string()), 403);
    }
    tenant.seed.set_state(boss, "active");
    assert_eq!(tenant.admin.get(PATH).json(), before);
}

fn an_administrator_manages_administrators(server: &Server) {
    let tenant = Tenant::new(server, "Peers");
    let boss = Person::new(server, &tenant, "boss", &["org:admin"]);
    let peer = tenant.seed.user(tenant.organization, &unique_email("peer"), &["org:admin"]);
    assert_eq!(statuses(&writes(&boss.client, &peer.to_string())), DONE);
}

fn a_guest_is_seen_and_removed_but_not_changed(server: &Server) {
    let (home, host) = (Tenant::new(server, "Home"), Tenant::new(server, "Host"));
    let guest = Person::new(server, &home, "guest", &["org:user"]);
    host.seed.join(host.organization, guest.id, "user");
    host.seed.grant(Some(host.organization), guest.id, "org:user");
    guest.client.acting(host.organization).get(PATH).expect(200);

    let view = host.admin.get(&guest.path()).expect(200).json();
    assert_eq!((&view["email"], &view["organization"]), (&json!(guest.email), &home.view("Home")));
    assert_eq!(host.admin.get(PATH).json()[0]["id"], json!(guest.id.to_string()));
    let answers = writes(&host.admin, &guest.id.to_string());
    assert_eq!(statuses(&answers), [403, 403, 403, 403, 403, 403, 204], "{answers:?}");

    // Gone from here, with the roles held here; at home nothing happened.
    host.admin.get(&guest.path()).expect(404);
    assert_eq!(host.admin.get(PATH).json(), json!([]));
    let left = "SELECT count(*) FROM role_grant WHERE principal_id = ?1 AND organization_id = ?2";
    assert_eq!(host.seed.count(left, params![guest.id, host.organization]), 0);
    assert_eq!(guest.client.get(ME).expect(200).json(), home.admin.get(&guest.path()).expect(200).json());
    guest.client.get(PATH).expect(200);
    guest.log_in(server);
    let action = "SELECT count(*) FROM audit_event WHERE target_id = ?1 AND organization_id = ?2 AND action = 'membership.removed'";
    assert_eq!(host.seed.count(action, params![guest.id, host.organization]), 1);
}

fn whoever_may_only_write_members_cannot_remove_an_administrator_who_is_a_guest(server: &Server) {
    let (home, host) = (Tenant::new(server, "Home"), Tenant::new(server, "Host"));
    let guest = home.seed.user(home.organization, &unique_email("guest"), &["org:user"]);
    host.seed.join(host.organization, guest, "user");
    host.seed.grant(Some(host.organization), guest, "org:admin");
    let writer = caller(server, &host.seed, host.organization, &["organization:write"]);
    shape::detail(&writer.delete(&member(guest)).expect(403));
    // The guest is the last administrator.
    shape::detail(&host.admin.delete(&member(guest)).expect(409));
    host.seed.user(host.organization, &unique_email("heir"), &["org:admin"]);
    host.admin.delete(&member(guest)).expect(204);
}

fn platform_people_are_out_of_reach(server: &Server) {
    let tenant = Tenant::new(server, "Operator");
    for role in ["admin", "staff", "user"] {
        let person = tenant.seed.user(tenant.organization, &unique_email("operator"), &["org:user"]);
        tenant.seed.grant(None, person, role);
        tenant.admin.get(&member(person)).expect(200);
        all(writes(&tenant.admin, &person.to_string()), 403);

        let colleague = |role| {
            let machine = tenant.seed.machine(tenant.organization, &[]);
            tenant.seed.grant(None, machine.id, role);
            client_of(server, &machine)
        };
        // Only who can do as much: an administrator of the platform also reads its mail.
        if role == "admin" {
            all(writes(&colleague("staff"), &person.to_string()), 403);
        }
        let equal = colleague(if role == "admin" { "admin" } else { "staff" });
        assert_eq!(statuses(&writes(&equal, &person.to_string())), DONE, "{role}");
    }
}

fn the_head_of_a_network_manages_the_members_below(server: &Server) {
    let (head, child, stranger) =
        (Tenant::new(server, "Head"), Tenant::new(server, "Child"), Tenant::new(server, "Stranger"));
    head.seed.set_organization(child.organization, "parent_id", head.organization);
    let client = head.admin.acting(child.organization);
    child.seed.user(child.organization, &unique_email("heir"), &["org:admin"]);
    let id = child.seed.user(child.organization, &unique_email("below"), &["org:admin"]);
    assert_eq!(client.get(&member(id)).expect(200).json()["organization"]["id"], json!(child.organization.to_string()));
    head.admin.get(&member(id)).expect(404);
    // Roles at home count below as they are: who may only write has no hold on administrators there.
    let writer = caller(server, &head.seed, head.organization, &["organization:write"]);
    all(writes(&writer.acting(child.organization), &id.to_string()), 403);
    assert_eq!(statuses(&writes(&client, &id.to_string())), DONE);
    // Where the caller has no access, the request runs at home, where nobody has this id.
    let other = child.seed.user(stranger.organization, &unique_email("other"), &["org:user"]);
    all(writes(&head.admin.acting(stranger.organization), &other.to_string()), 404);
}
