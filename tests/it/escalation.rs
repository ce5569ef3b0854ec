//! Nobody comes to more rights than they have: the ways that reviews have found stay shut.

use iam_domain::params;
use iam_tests::server::{CLIENT_ID, CLIENT_SECRET};
use iam_tests::{Client, Runtime, Server};
use serde_json::{Value, json};

use crate::wire::idah;
use crate::wire::tenant::{caller, unique_email, unique_phone};

crate::on_both!(
    an_organizations_administrator_has_no_hold_on_a_platform_account,
    whoever_may_only_write_members_makes_no_administrator,
    groups_grant_roles_in_their_own_organization_only,
    a_home_takes_over_nobody_who_administers_another_organization,
);

/// A machine of the platform in an organization, with a client secret.
fn platform_machine(server: &Server, organization: i64) -> i64 {
    let seed = server.seed();
    let machine = seed.machine(organization, &["org:admin"]);
    seed.grant(None, machine.id, "admin");
    machine.id
}

fn an_organizations_administrator_has_no_hold_on_a_platform_account(server: &Server) {
    let seed = server.seed();
    let organization = seed.organization("Operator");
    let target = platform_machine(server, organization);
    let admin = seed.machine(organization, &["org:admin"]);
    let client = server.client().bearer(&server.token(&admin.id.to_string(), &admin.secret));
    let account = format!("/iam/v1/service-accounts/{target}/");
    client.post_empty(&format!("{account}keys/")).expect(403);
    client.delete(&account).expect(403);
    assert_eq!(seed.count("SELECT count(*) FROM credential WHERE principal_id = ?1", params![target]), 1);

    let operator =
        server.client().bearer(&server.bootstrap_token()).with("x-eaz-account-id", &organization.to_string());
    let key = operator.post_empty(&format!("{account}keys/")).expect(201).json()["keyId"].as_str().unwrap().to_owned();
    client.delete(&format!("{account}keys/{key}/")).expect(403);
    operator.delete(&format!("{account}keys/{key}/")).expect(204);
}

fn whoever_may_only_write_members_makes_no_administrator(server: &Server) {
    let seed = server.seed();
    let organization = seed.organization("Run by machines");
    let writer = seed.machine(organization, &["organization:write"]);
    let client = server.client().bearer(&server.token(&writer.id.to_string(), &writer.secret));
    let email = format!("first-{organization}@example.org");
    let body = json!({ "first_name": "A", "last_name": "B", "email": email });
    client.post("/iam/v1/team/members/", &body).expect(201);
    let admins = "SELECT count(*) FROM role_grant g JOIN role r ON r.id = g.role_id \
                  WHERE g.organization_id = ?1 AND r.key = 'org:admin'";
    assert_eq!(seed.count(admins, params![organization]), 0);
}

/// An address that the home chooses gets the code for a new password, and with that the other organization.
fn a_home_takes_over_nobody_who_administers_another_organization(server: &Server) {
    let seed = server.seed();
    let (home, other) = (seed.organization("Home"), seed.organization("Other"));
    let user = seed.user(home, &unique_email("both"), &["org:user"]);
    seed.join(other, user, "user");
    seed.grant(Some(other), user, "org:admin");
    let member = format!("/iam/v1/team/members/{user}/");
    let new_address = json!({ "email": unique_email("taken") });
    let patch = |client: &Client, body: &Value| {
        client.send("PATCH", &member, Some("application/json"), body.to_string().as_bytes())
    };

    let admin = server.client().bearer(&seed.api_token(seed.user(home, &unique_email("admin"), &["org:admin"])));
    let machine = caller(server, &seed, home, &["org:admin"]);
    for client in [&admin, &machine] {
        patch(client, &new_address).expect(403);
        for step in ["lock", "deactivate"] {
            client.post_empty(&format!("{member}{step}/")).expect(403);
        }
        client.delete(&member).expect(403);
        patch(client, &json!({ "first_name": "Renamed", "phone": unique_phone() })).expect(200);
    }
    let owner = idah::caller(server, "org_owner", &[home]).client;
    let off = idah::document("iam:accounts", json!({ "enabled": false }));
    let account = format!("/accounts/{user}");
    owner.send("PATCH", &account, Some(idah::DOCUMENT), off.to_string().as_bytes()).expect(403);

    // Whoever administers both organizations may, and so may the operator.
    let both = seed.user(home, &unique_email("both"), &["org:admin"]);
    seed.join(other, both, "user");
    seed.grant(Some(other), both, "org:admin");
    patch(&server.client().bearer(&seed.api_token(both)), &new_address).expect(200);
    let operator = server.client().bearer(&server.bootstrap_token()).acting(home);
    patch(&operator, &json!({ "email": unique_email("operator") })).expect(200);
    // The way out: the other organization takes the right back.
    seed.run("DELETE FROM role_grant WHERE principal_id = ?1 AND organization_id = ?2", params![user, other]);
    patch(&admin, &json!({ "email": unique_email("own") })).expect(200);
    admin.delete(&member).expect(204);
}

fn groups_grant_roles_in_their_own_organization_only(server: &Server) {
    let seed = server.seed();
    let (here, there) = (seed.organization("Here"), seed.organization("There"));
    let machine = seed.machine(here, &[]);
    let client = server.client().bearer(&server.token(&machine.id.to_string(), &machine.secret));
    client.get("/iam/v1/team/members/").expect(403);
    let group = here + 1;
    seed.run(
        "INSERT INTO user_group (id, organization_id, name, created_at, updated_at) VALUES (?1, ?2, 'Readers', 0, 0)",
        params![group, here],
    );
    seed.run(
        "INSERT INTO group_member (organization_id, group_id, principal_id, created_at) VALUES (?1, ?2, ?3, 0)",
        params![here, group, machine.id],
    );
    let grant = "INSERT INTO role_grant (id, organization_id, group_id, role_id, created_at) \
                 SELECT ?1, ?2, ?3, id, 0 FROM role WHERE key = 'org:user'";
    assert!(seed.try_run(grant, params![group + 1, there, group]).is_err(), "a group's grant elsewhere");
    seed.run(grant, params![group + 1, here, group]);
    client.get("/iam/v1/team/members/").expect(200);
    seed.run("DELETE FROM membership WHERE principal_id = ?1", params![machine.id]);
    assert_eq!(seed.count("SELECT count(*) FROM group_member WHERE group_id = ?1", params![group]), 0);
    client.get("/iam/v1/team/members/").expect(403);
}

/// The first machine client is made once: deleted, it stays deleted, and the token endpoint goes on working.
#[test]
fn a_deleted_first_client_does_not_come_back() {
    let folder = tempfile::TempDir::new().unwrap();
    let first = Server::start_on(Runtime::Native, folder.path(), &[]);
    let client = first.client().bearer(&first.bootstrap_token());
    client.delete(&format!("/iam/v1/service-accounts/{CLIENT_ID}/")).expect(204);
    drop(first);
    let again = Server::start_on(Runtime::Native, folder.path(), &[]);
    let form = [("grant_type", "client_credentials"), ("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)];
    assert_eq!(again.client().form("/oauth/v2/token", &form).expect(401).json()["error"], json!("invalid_client"));
    again.client().get("/oidc/jwks").expect(200);
}

/// A process that looks at the database of a running server must not take its write-ahead log away: SQLite's locks
/// belong to processes, and are lost when any handle on the file is closed.
#[test]
fn another_process_on_the_database_costs_no_acknowledged_write() {
    for runtime in Runtime::ALL {
        let folder = tempfile::TempDir::new().unwrap();
        let server = Server::start_on(runtime, folder.path(), &[]);
        // Opens, reads and closes the file in this process, as any tool of an operator would.
        drop(server.seed());
        let client = server.client().bearer(&server.bootstrap_token());
        let accounts = |server: &Server| {
            let client = server.client().bearer(&server.bootstrap_token());
            client.get("/iam/v1/service-accounts/").expect(200).json().as_array().unwrap().len()
        };
        for _ in 0..3 {
            client.post_empty("/iam/v1/service-accounts/").expect(201);
        }
        assert_eq!(accounts(&server), 4, "{runtime:?}");
        server.kill();
        let again = Server::start_on(runtime, folder.path(), &[]);
        assert_eq!(accounts(&again), 4, "{runtime:?}");
    }
}
