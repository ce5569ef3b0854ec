//! Who proves an address by a code from a mail joins the organizations that its domain belongs to.

use iam_domain::params;
use iam_tests::in_process::InProcess;
use iam_tests::server::{CLIENT_ID, CLIENT_SECRET};
use iam_tests::{Seed, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::people::{PASSWORD, activate, code, forget, reset, with_code};
use crate::wire::logto::memberships::fixtures::{Invited, unique};
use crate::wire::logto::put;
use crate::wire::tenant::Tenant;

crate::on_both!(
    who_activates_joins_with_the_roles,
    every_organization_of_the_domain_is_joined,
    other_domains_count_for_nothing,
    who_is_a_member_stays_as_is,
    an_address_is_proven_once,
    a_forgotten_password_proves_an_address_too,
    who_is_made_is_not_known_to_own_the_address,
    a_role_that_has_become_one_of_machines_is_not_given,
);

/// A domain that no other test uses.
fn domain() -> String {
    format!("{}.example", unique("jit-"))
}

/// Sets domains and roles of an organization.
fn set(place: &Invited, domains: &[&str], roles: &[i64]) {
    let path = format!("/api/organizations/{}/jit", place.organization);
    put(&place.manager, &format!("{path}/email-domains"), &json!({"emailDomains": domains})).expect(204);
    let roles: Vec<String> = roles.iter().map(ToString::to_string).collect();
    put(&place.manager, &format!("{path}/roles"), &json!({"organizationRoleIds": roles})).expect(204);
}

/// Invites somebody with an address of the domain into the organization of `home`; gives id and address.
fn newcomer(home: &Tenant, domain: &str) -> (i64, String) {
    let email = format!("{}@{domain}", unique("New."));
    let new = json!({"first_name": "Ada", "last_name": "Lovelace", "email": email});
    let made = home.admin.post("/iam/v1/team/members/", &new).expect(201).json();
    (made["id"].as_str().unwrap().parse().unwrap(), email)
}

/// Organizations that somebody is in, in order.
fn places(seed: &Seed, person: i64) -> Vec<i64> {
    let sql = "SELECT organization_id FROM membership WHERE principal_id = ?1 ORDER BY organization_id";
    seed.run(sql, params![person]).iter().map(|row| row.integer(0).unwrap()).collect()
}

fn sorted<const N: usize>(mut ids: [i64; N]) -> [i64; N] {
    ids.sort_unstable();
    ids
}

fn is_proven(seed: &Seed, person: i64) -> bool {
    seed.count("SELECT email_verified_at IS NOT NULL FROM user WHERE id = ?1", params![person]) == 1
}

fn who_activates_joins_with_the_roles(server: &Server) {
    let (home, place, domain) = (Tenant::new(server, "Home"), Invited::new(server, "Joined"), domain());
    let roles = sorted([place.role("a", "user").0, place.role("b", "user").0]);
    set(&place, &["other.example", &domain.to_uppercase()], &roles);
    let (person, email) = newcomer(&home, &domain.to_uppercase());
    // Not by being invited alone.
    assert_eq!(places(&home.seed, person), [home.organization]);
    activate(server, &code(&home.seed, &email), PASSWORD).expect(200);
    assert_eq!(places(&home.seed, person), sorted([home.organization, place.organization]));
    assert_eq!(place.membership(person).as_deref(), Some("active"));
    assert_eq!(place.held(person), roles);
    let kind = "SELECT kind FROM membership WHERE organization_id = ?1";
    assert_eq!(place.seed.texts(kind, params![place.organization]), ["user"]);
    let users = place.manager.get(&format!("/api/organizations/{}/users", place.organization)).expect(200).json();
    assert_eq!(users[0]["id"], json!(person.to_string()));
    let sql = "SELECT detail FROM audit_event WHERE target_id = ?1 AND action = 'user.joined'";
    let detail: Value = serde_json::from_str(&place.seed.texts(sql, params![person])[0]).unwrap();
    assert_eq!(detail, json!({"joined": [place.organization]}));
    let ids = "SELECT count(*) FROM role_grant WHERE organization_id = ?1 AND id BETWEEN 100000000000 AND 999999999999";
    assert_eq!(place.seed.count(ids, params![place.organization]), 2);
    let home_at = "SELECT organization_id FROM principal WHERE id = ?1";
    assert_eq!(place.seed.count(home_at, params![person]), home.organization);
}

fn every_organization_of_the_domain_is_joined(server: &Server) {
    let (home, domain) = (Tenant::new(server, "Home"), domain());
    let [first, second] = [Invited::new(server, "First"), Invited::new(server, "Second")];
    let [one, two] = ["one", "two"].map(|stem| first.role(stem, "user").0);
    set(&first, &[&domain], &[one]);
    set(&second, &[&domain], &[one, two]);
    let (person, email) = newcomer(&home, &domain);
    activate(server, &code(&home.seed, &email), PASSWORD).expect(200);
    assert_eq!(places(&home.seed, person), sorted([home.organization, first.organization, second.organization]));
    assert_eq!(first.held(person), [one]);
    assert_eq!(second.held(person), sorted([one, two]));
}

fn other_domains_count_for_nothing(server: &Server) {
    let (home, place, domain) = (Tenant::new(server, "Home"), Invited::new(server, "Others"), domain());
    let role = place.role("never", "user").0;
    set(&place, &[&format!("sub.{domain}"), &format!("x{domain}"), &format!("{domain}.org"), &domain[1..]], &[role]);
    let (person, email) = newcomer(&home, &domain);
    activate(server, &code(&home.seed, &email), PASSWORD).expect(200);
    assert_eq!(places(&home.seed, person), [home.organization]);
    assert!(is_proven(&home.seed, person));
}

fn who_is_a_member_stays_as_is(server: &Server) {
    let (home, place, domain) = (Tenant::new(server, "Home"), Invited::new(server, "Member"), domain());
    let (old, new) = (place.role("old", "user").0, place.role("new", "user").0);
    set(&place, &[&domain], &[new]);
    let (person, email) = newcomer(&home, &domain);
    place.seed.join(place.organization, person, "user");
    let roles = format!("/api/organizations/{}/users/{person}/roles", place.organization);
    place.manager.post(&roles, &json!({"organizationRoleIds": [old.to_string()]})).expect(201);
    let sql = "SELECT * FROM membership WHERE organization_id = ?1";
    let before = place.seed.run(sql, params![place.organization]);
    activate(server, &code(&home.seed, &email), PASSWORD).expect(200);
    assert_eq!(place.seed.run(sql, params![place.organization]), before);
    assert_eq!(place.held(person), [old]);
}

fn an_address_is_proven_once(server: &Server) {
    let (home, place, domain) = (Tenant::new(server, "Home"), Invited::new(server, "Once"), domain());
    let (person, email) = newcomer(&home, &domain);
    activate(server, &code(&home.seed, &email), PASSWORD).expect(200);
    // The domain comes later, or the person has left: no second time.
    set(&place, &[&domain], &[]);
    forget(server, &email).expect(202);
    reset(server, &code(&home.seed, &email), "Other-pass-2").expect(202);
    assert_eq!(places(&home.seed, person), [home.organization]);
    // As of somebody whose address the upstream has proven.
    let (person, email) = newcomer(&home, &domain);
    home.seed.run("UPDATE user SET email_verified_at = 1 WHERE id = ?1", params![person]);
    activate(server, &code(&home.seed, &email), PASSWORD).expect(200);
    assert_eq!(places(&home.seed, person), [home.organization]);
}

fn a_forgotten_password_proves_an_address_too(server: &Server) {
    let (home, place, domain) = (Tenant::new(server, "Home"), Invited::new(server, "Reset"), domain());
    let role = place.role("reset", "user").0;
    let (person, email) = newcomer(&home, &domain);
    activate(server, &code(&home.seed, &email), PASSWORD).expect(200);
    set(&place, &[&domain], &[role]);
    // As of somebody who has a password and has never had a mail.
    home.seed.run("UPDATE user SET email_verified_at = NULL WHERE id = ?1", params![person]);
    forget(server, &email).expect(202);
    assert_eq!(places(&home.seed, person), [home.organization]);
    reset(server, &code(&home.seed, &email), "Other-pass-2").expect(202);
    assert!(is_proven(&home.seed, person));
    assert_eq!(places(&home.seed, person), sorted([home.organization, place.organization]));
    assert_eq!(place.held(person), [role]);
}

fn who_is_made_is_not_known_to_own_the_address(server: &Server) {
    let (home, place, domain) = (Tenant::new(server, "Home"), Invited::new(server, "Made"), domain());
    set(&place, &[&domain], &[]);
    let person = place.person(&format!("made@{domain}"));
    // Nor by an invitation into another organization that is accepted on somebody's behalf.
    let elsewhere = Invited::new(server, "Elsewhere");
    let made = elsewhere.invite(&format!("made@{domain}"), &json!({}));
    let body = json!({"status": "Accepted", "acceptedUserId": person.to_string()});
    put(&place.manager, &format!("{}/status", crate::wire::logto::memberships::fixtures::path(&made)), &body)
        .expect(200);
    assert_eq!(place.membership(person), None);
    // Nor with a code that is none.
    let (newcomer, _) = newcomer(&home, &domain);
    activate(server, "eic_none", PASSWORD).expect(400);
    assert_eq!(place.membership(newcomer), None);
}

fn a_role_that_has_become_one_of_machines_is_not_given(server: &Server) {
    let (home, place, domain) = (Tenant::new(server, "Home"), Invited::new(server, "Changed"), domain());
    let (changed, kept) = (place.role("changed", "user").0, place.role("kept", "user").0);
    set(&place, &[&domain], &[changed, kept]);
    place.seed.run("UPDATE role SET principal_kind = 'service_account' WHERE id = ?1", params![changed]);
    let (person, email) = newcomer(&home, &domain);
    activate(server, &code(&home.seed, &email), PASSWORD).expect(200);
    assert_eq!(place.held(person), [kept]);
}

/// Two statements more than for an address of no such domain, however many organizations and roles there are.
#[test]
fn joining_takes_two_statements() {
    let app = InProcess::default();
    let seed = app.seed();
    let token = app.token(CLIENT_ID, CLIENT_SECRET);
    for organization in 1..=5 {
        let id = seed.organization(&format!("Number {organization}"));
        seed.run(
            "INSERT INTO organization_jit_domain (organization_id, domain) VALUES (?1, 'in.example')",
            params![id],
        );
        for number in 1..=3 {
            let role = seed.organization("only an id");
            let sql = "INSERT INTO role (id, family, name, principal_kind, created_at, updated_at) \
                       VALUES (?1, 'template', ?2, 'user', 0, 0)";
            seed.run(sql, params![role, format!("{organization}-{number}")]);
            seed.run("INSERT INTO organization_jit_role (organization_id, role_id) VALUES (?1, ?2)", params![id, role]);
        }
    }
    let activating = |email: &str| {
        let new = json!({"first_name": "Ada", "last_name": "Lovelace", "email": email});
        let made = app.bearer(&token, "POST", "/iam/v1/team/members/", Some(&new)).expect(201).json();
        let body = with_code(&code(&seed, email), PASSWORD);
        let before = app.statements();
        app.bearer(&token, "POST", "/iam/v1/users/activate/", Some(&body)).expect(200);
        (app.statements() - before, places(&seed, made["id"].as_str().unwrap().parse().unwrap()).len())
    };
    activating("first@out.example");
    let (out, inside) = (activating("second@out.example"), activating("third@in.example"));
    assert_eq!((out.1, inside.1), (1, 6));
    assert_eq!(inside.0, out.0 + 2);
    assert_eq!(
        seed.count(
            "SELECT count(*) FROM role_grant g JOIN role r ON r.id = g.role_id WHERE r.family = 'template'",
            params![]
        ),
        15
    );
}
