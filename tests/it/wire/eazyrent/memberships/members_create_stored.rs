//! `POST /iam/v1/team/members/`: what is stored with the new person.

use iam_domain::clock::{Clock, SystemClock};
use iam_domain::crypto::TokenKind;
use iam_domain::crypto::secret::{parse, sha256};
use iam_domain::params;
use iam_domain::store::Value as Sql;
use iam_tests::{Client, Seed, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::memberships::members_list::PATH;
use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    the_first_person_becomes_administrator_and_the_next_ordinary_members,
    an_invitation_with_a_code_is_in_the_outbox,
    the_code_itself_is_nowhere_else,
    the_audit_tells_who_did_it,
    without_its_audit_event_nothing_is_stored,
);

fn add(client: &Client, local: &str) -> i64 {
    let new = json!({"first_name": "New", "last_name": "Person", "email": unique_email(local)});
    shape::id(&client.post(PATH, &new).expect(201).json()["id"])
}

fn roles(seed: &Seed, principal: i64) -> Vec<(i64, String)> {
    let sql =
        "SELECT g.organization_id, r.key FROM role_grant g JOIN role r ON r.id = g.role_id WHERE principal_id = ?1";
    seed.run(sql, params![principal]).iter().map(|row| (row.integer(0).unwrap(), row.text(1).unwrap())).collect()
}

fn the_first_person_becomes_administrator_and_the_next_ordinary_members(server: &Server) {
    // The machine that asks holds org:admin as well: it does not count.
    let tenant = Tenant::new(server, "Founders");
    let people = ["first", "second", "third"].map(|local| add(&tenant.admin, local));
    let found = people.map(|id| roles(&tenant.seed, id));
    let role = |key: &str| vec![(tenant.organization, key.to_owned())];
    assert_eq!(found, [role("org:admin"), role("org:user"), role("org:user")]);
}

/// The payload of the one mail to the person.
fn mail(seed: &Seed, tenant: &Tenant, id: i64) -> Value {
    let sql = "SELECT o.template, o.organization_id, o.attempts, o.delivered_at, o.payload FROM outbox o \
               JOIN user u ON u.email = o.recipient WHERE u.id = ?1";
    let rows = seed.run(sql, params![id]);
    let [row] = rows.as_slice() else { panic!("one mail: {rows:?}") };
    assert_eq!(row.text(0).unwrap(), "invitation");
    assert_eq!(row.integer(1).unwrap(), tenant.organization);
    assert_eq!((row.integer(2).unwrap(), row.integer_opt(3).unwrap()), (0, None));
    row.json(4).unwrap()
}

fn an_invitation_with_a_code_is_in_the_outbox(server: &Server) {
    let tenant = Tenant::new(server, "Invited");
    let id = add(&tenant.admin, "invited");
    let mail = mail(&tenant.seed, &tenant, id);
    assert_eq!(mail["first_name"], json!("New"));
    let code = mail["code"].as_str().unwrap();
    assert_eq!(parse(code).map(|code| code.kind), Some(TokenKind::OneTimeCode));
    let sql =
        "SELECT purpose, principal_id, organization_id, expires_at, hash FROM one_time_code WHERE principal_id = ?1";
    let rows = tenant.seed.run(sql, params![id]);
    let [row] = rows.as_slice() else { panic!("one code: {rows:?}") };
    assert_eq!(row.text(0).unwrap(), "first_password");
    assert_eq!((row.integer(1).unwrap(), row.integer(2).unwrap()), (id, tenant.organization));
    assert_eq!(json!(row.integer(3).unwrap()), mail["expires_at"]);
    assert!(row.integer(3).unwrap() > SystemClock.now() + 24 * 3600 * 1000);
    assert_eq!(row.0[4], Sql::Blob(sha256(code).to_vec()));
    let pending = "SELECT invitation_expires_at FROM user WHERE id = ?1 AND joined_at IS NULL";
    assert_eq!(json!(tenant.seed.count(pending, params![id])), mail["expires_at"]);
}

fn the_code_itself_is_nowhere_else(server: &Server) {
    let tenant = Tenant::new(server, "Secret");
    let id = add(&tenant.admin, "secret");
    let mail = mail(&tenant.seed, &tenant, id);
    let code = mail["code"].as_str().unwrap();
    let holds_code = |value: &Sql| match value {
        Sql::Text(text) => text.contains(code),
        Sql::Blob(bytes) => bytes.windows(code.len()).any(|window| window == code.as_bytes()),
        Sql::Null | Sql::Integer(_) | Sql::Real(_) => false,
    };
    let holders: Vec<String> =
        tenant.seed.dump().into_iter().filter(|(_, row)| row.iter().any(holds_code)).map(|(table, _)| table).collect();
    assert_eq!(holders, ["outbox"]);
}

fn the_audit_tells_who_did_it(server: &Server) {
    let tenant = Tenant::new(server, "Audited");
    let new = json!({"first_name": "New", "last_name": "Person", "email": unique_email("audited")});
    let answer = tenant.admin.post(PATH, &new).expect(201);
    let sql = "SELECT actor_kind, actor_id, organization_id, dialect, action, target_id, detail, credential_id IS NOT NULL \
               FROM audit_event WHERE request_id = ?1";
    let rows = tenant.seed.run(sql, params![answer.header("x-request-id")]);
    let [row] = rows.as_slice() else { panic!("one event: {rows:?}") };
    let texts = [0, 3, 4, 6].map(|column| row.text(column).unwrap());
    assert_eq!(texts, ["service_account", "eazyrent", "user.created", "{}"]);
    let numbers = [1, 2, 5, 7].map(|column| row.integer(column).unwrap());
    assert_eq!(numbers, [tenant.machine.id, tenant.organization, shape::id(&answer.json()["id"]), 1]);
}

fn without_its_audit_event_nothing_is_stored(server: &Server) {
    let tenant = Tenant::new(server, "Unaudited");
    let (name, here) = (format!("no_audit_{}", tenant.organization), tenant.organization);
    let trigger = format!(
        "CREATE TRIGGER {name} BEFORE INSERT ON audit_event WHEN NEW.organization_id = {here} \
         BEGIN SELECT RAISE(ABORT, 'test: no audit'); END"
    );
    tenant.seed.run(&trigger, vec![]);
    let new = json!({"first_name": "New", "last_name": "Person", "email": unique_email("unaudited")});
    let refused = tenant.admin.post(PATH, &new);
    let machine = tenant.admin.post_empty("/iam/v1/service-accounts/");
    tenant.seed.run(&format!("DROP TRIGGER {name}"), vec![]);
    assert_eq!(shape::detail(&refused.expect(500)), "Internal error.");
    assert_eq!(shape::detail(&machine.expect(500)), "Internal error.");
    assert_eq!(tenant.admin.get(PATH).json(), json!([]));
    let count = |table: &str| {
        tenant.seed.count(&format!("SELECT count(*) FROM {table} WHERE organization_id = ?1"), params![here])
    };
    // What was there before: the machine that asks.
    assert_eq!(["principal", "outbox", "one_time_code"].map(count), [1, 0, 0]);
    tenant.admin.post(PATH, &new).expect(201);
}
