//! `GET` and `POST /iam/v1/organizations/pairing-code/`.

use iam_domain::params;
use iam_tests::{Client, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::acting_account::family;
use crate::wire::eazyrent::person::{Set, machine, only};
use crate::wire::shape;
use crate::wire::tenant::Tenant;

pub const CODE: &str = "/iam/v1/organizations/pairing-code/";
pub const JOIN: &str = "/iam/v1/organizations/join-organization/";

crate::on_both!(
    the_code_is_shown_until_it_is_renewed,
    no_two_organizations_share_a_code,
    a_renewed_code_makes_the_old_one_worthless,
    who_has_joined_stays_when_the_code_is_renewed,
    codes_are_compared_trimmed_and_without_case,
    reading_needs_a_role_of_the_write_set,
    renewing_needs_a_role_of_the_write_set,
    the_code_is_that_of_the_account_acted_for,
    the_first_organization_has_one_too,
    guessing_is_slowed_down,
    each_organization_guesses_for_itself,
);

/// Makes a new pairing code.
#[track_caller]
pub fn renew(client: &Client) -> String {
    code_of(&client.post_empty(CODE).expect(200).json())
}

/// Joins by a code.
pub fn join(client: &Client, code: &str) -> iam_tests::Response {
    client.post(JOIN, &json!({"pairing_code": code}))
}

#[track_caller]
fn code_of(body: &Value) -> String {
    assert_eq!(body.as_object().expect("an object").len(), 1, "{body}");
    let code = body["pairing_code"].as_str().expect("a text");
    assert!(code.len() >= 12 && code.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()), "{code}");
    code.to_owned()
}

fn the_code_is_shown_until_it_is_renewed(server: &Server) {
    let tenant = Tenant::new(server, "Codes");
    let first = renew(&tenant.admin);
    for path in [CODE, CODE.trim_end_matches('/')] {
        let answer = tenant.admin.get(path).expect(200);
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(code_of(&answer.json()), first);
    }
    let second = code_of(&tenant.admin.post_empty(CODE.trim_end_matches('/')).expect(200).json());
    assert_ne!(first, second);
    assert_eq!(code_of(&tenant.admin.get(CODE).expect(200).json()), second);
}

fn no_two_organizations_share_a_code(server: &Server) {
    let mut codes: Vec<String> = (0..8).map(|_| renew(&Tenant::new(server, "Unique").admin)).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), 8);
}

fn a_renewed_code_makes_the_old_one_worthless(server: &Server) {
    let (head, tenant) = (Tenant::new(server, "Head"), Tenant::new(server, "Joining"));
    let old = renew(&head.admin);
    let new = renew(&head.admin);
    shape::detail(&join(&tenant.admin, &old).expect(404));
    join(&tenant.admin, &new).expect(200);
}

fn who_has_joined_stays_when_the_code_is_renewed(server: &Server) {
    let (head, tenant) = (Tenant::new(server, "Head"), Tenant::new(server, "Joined"));
    join(&tenant.admin, &renew(&head.admin)).expect(200);
    renew(&head.admin);
    let me = tenant.admin.get("/iam/v1/organizations/me/").expect(200).json();
    assert_eq!(me["organization_id"], json!(head.organization.to_string()));
}

fn codes_are_compared_trimmed_and_without_case(server: &Server) {
    let head = Tenant::new(server, "Head");
    let code = renew(&head.admin);
    for spelt in [code.to_lowercase(), format!("  {code}\t"), format!("\n{} ", code.to_lowercase()), code.clone()] {
        join(&Tenant::new(server, "Joining").admin, &spelt).expect(200);
    }
    for other in [format!("{code}X"), code[1..].to_owned(), format!("{} {}", &code[..6], &code[6..])] {
        join(&Tenant::new(server, "Not joining").admin, &other).expect(404);
    }
}

fn reading_needs_a_role_of_the_write_set(server: &Server) {
    let tenant = Tenant::new(server, "Readers");
    renew(&tenant.admin);
    only(&Set::Write, server, &tenant, 200, |client| client.get(CODE));
}

fn renewing_needs_a_role_of_the_write_set(server: &Server) {
    let tenant = Tenant::new(server, "Writers");
    only(&Set::Write, server, &tenant, 200, |client| client.post_empty(CODE));
    let code = renew(&tenant.admin);
    machine(server, &tenant, &["org:user"], &[]).post_empty(CODE).expect(403);
    assert_eq!(code_of(&tenant.admin.get(CODE).expect(200).json()), code);
}

fn the_code_is_that_of_the_account_acted_for(server: &Server) {
    let family = family(server);
    let admin = &family.network.admin;
    let own = renew(admin);
    let childs = renew(&admin.acting(family.child));
    assert_ne!(own, childs);
    assert_eq!(code_of(&admin.acting(family.child).get(CODE).expect(200).json()), childs);
    // A stranger's is not shown: this is one's own.
    assert_eq!(code_of(&admin.acting(family.stranger).get(CODE).expect(200).json()), own);
    let joining = Tenant::new(server, "Joining");
    let joined = join(&joining.admin, &childs).expect(200).json();
    assert_eq!(joined["organization_id"], json!(family.child.to_string()));
}

fn the_first_organization_has_one_too(server: &Server) {
    let operator = server.client().bearer(&server.bootstrap_token());
    let answer = operator.get(CODE).expect(200).json();
    assert!(answer["pairing_code"].as_str().is_some_and(|code| code.len() >= 12), "{answer}");
}

/// Ten wrong codes cost nothing, the eleventh a minute, in which the right one is not even looked at.
fn guessing_is_slowed_down(server: &Server) {
    let (head, tenant) = (Tenant::new(server, "Head"), Tenant::new(server, "Guessing"));
    let code = renew(&head.admin);
    for guess in 0..11 {
        shape::detail(&join(&tenant.admin, &format!("GUESS{guess}")).expect(404));
    }
    for guess in ["GUESS11", &code] {
        let answer = join(&tenant.admin, guess).expect(429);
        shape::detail(&answer);
        let seconds: u32 = answer.header("retry-after").parse().expect("seconds");
        assert!((1..=60).contains(&seconds), "{seconds}");
    }
    // Nothing else has to wait, and a body that cannot be read is still told so.
    tenant.admin.get("/iam/v1/organizations/me/").expect(200);
    assert_eq!(tenant.admin.get("/iam/v1/organizations/me/").json()["organization_id"], json!(null));
    tenant.admin.post(JOIN, &json!({})).expect(422);
    // After the minute it goes on, and then the wait doubles.
    let forgive = "UPDATE login_throttle SET locked_until = 0 WHERE subject LIKE '%' || ?1";
    let forgive = || drop(tenant.seed.run(forgive, params![tenant.organization.to_string()]));
    forgive();
    join(&tenant.admin, "GUESS12").expect(404);
    let seconds: u32 = join(&tenant.admin, &code).expect(429).header("retry-after").parse().expect("seconds");
    assert!((61..=120).contains(&seconds), "{seconds}");
    forgive();
    join(&tenant.admin, &code).expect(200);
}

fn each_organization_guesses_for_itself(server: &Server) {
    let family = family(server);
    let stranger = Tenant::new(server, "Stranger");
    let code = renew(&stranger.admin);
    let child = family.network.admin.acting(family.insured);
    for guess in 0..11 {
        join(&child, &format!("GUESS{guess}")).expect(404);
    }
    join(&child, &code).expect(429);
    // Neither who acts for it nor anybody else waits.
    join(&family.network.admin, &code).expect(200);
}
