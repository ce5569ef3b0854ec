use std::rc::Rc;

use super::*;
use crate::crypto::Sensitive;
use crate::error::ErrorKind;
use crate::ops::Pause;
use crate::rng::SystemRng;
use crate::store::LocalFuture;
use crate::store::testing::{Scratch, Still, ready};

struct NoPause;

impl Pause for NoPause {
    fn pause(&self) -> LocalFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

const CLIENT_ID: &str = "123456789012";
const SECRET: &str = "test-only-secret-0123456789";

fn services(scratch: &Scratch) -> Services {
    Services::new(scratch.database(), scratch.blobs(), Rc::new(Still), Rc::new(SystemRng), Rc::new(NoPause))
}

fn nothing() -> BootstrapSettings {
    BootstrapSettings {
        organization: "First".to_owned(),
        admin_email: String::new(),
        admin_password: Sensitive::new(String::new()),
        system_email: String::new(),
        system_password: Sensitive::new(String::new()),
        client_id: String::new(),
        client_secret: Sensitive::new(String::new()),
        management_resource: "https://api.example".to_owned(),
    }
}

fn only_admin() -> BootstrapSettings {
    let admin_password = Sensitive::new("Test-only-1".to_owned());
    BootstrapSettings { admin_email: "Admin@Example.org".to_owned(), admin_password, ..nothing() }
}

fn only_client() -> BootstrapSettings {
    let client_secret = Sensitive::new(SECRET.to_owned());
    BootstrapSettings { client_id: CLIENT_ID.to_owned(), client_secret, ..nothing() }
}

fn both() -> BootstrapSettings {
    let BootstrapSettings { client_id, client_secret, .. } = only_client();
    BootstrapSettings { client_id, client_secret, ..only_admin() }
}

#[test]
fn both_principals_are_made_once() {
    let scratch = Scratch::migrated();
    ready(run(&services(&scratch), &both())).unwrap();
    let rows = scratch.rows();
    for sql in [
        "SELECT count(*) = 1 FROM organization WHERE name = 'First'",
        "SELECT count(*) = 1 FROM user u JOIN principal p ON p.id = u.id WHERE u.email = 'Admin@Example.org' \
         AND u.email_key = 'admin@example.org' AND p.state = 'active' AND u.joined_at > 0",
        "SELECT count(*) = 1 FROM service_account s JOIN principal p ON p.id = s.id WHERE s.id = 123456789012",
        "SELECT count(*) = 2 FROM role_grant g JOIN role r ON r.id = g.role_id WHERE r.key = 'org:admin' \
         AND g.organization_id IS NOT NULL",
        "SELECT count(*) = 2 FROM role_grant g JOIN role r ON r.id = g.role_id WHERE r.key = 'admin' \
         AND g.organization_id IS NULL",
        "SELECT count(*) = 1 FROM user WHERE account_role = 'admin'",
        "SELECT count(*) = 1 FROM audit_event WHERE actor_kind = 'system' AND action = 'installation.bootstrapped'",
    ] {
        assert_eq!(scratch.number(sql), 1, "{sql}");
    }
    // Not by this instance again, nor by another one, nor with other settings.
    let again = services(&scratch);
    ready(run(&again, &both())).unwrap();
    ready(run(&again, &both())).unwrap();
    let other = BootstrapSettings {
        admin_email: "other@example.org".to_owned(),
        client_id: "999999999999".to_owned(),
        ..both()
    };
    ready(run(&services(&scratch), &other)).unwrap();
    assert_eq!(scratch.rows(), rows);
}

#[test]
fn a_start_with_nothing_to_do_is_one_statement() {
    let scratch = Scratch::migrated();
    ready(run(&services(&scratch), &both())).unwrap();
    let services = services(&scratch);
    ready(run(&services, &both())).unwrap();
    assert_eq!(services.pool.statements(), 1);
}

#[test]
fn nothing_configured_makes_the_owner_of_api_keys_alone() {
    let scratch = Scratch::migrated();
    ready(run(&services(&scratch), &nothing())).unwrap();
    for sql in [
        "SELECT count(*) = 1 FROM user u JOIN principal p ON p.id = u.id WHERE p.state = 'active' AND u.joined_at > 0 \
         AND u.account_role = 'api_service' AND u.full_name = 'API service' \
         AND u.email = 'api-service@edge-iam.invalid' AND p.organization_id IS NULL",
        "SELECT count(*) = 1 FROM installation i JOIN user u ON u.id = i.subject_id WHERE i.name = 'bootstrap_api_service'",
        "SELECT count(*) = 1 FROM audit_event WHERE actor_kind = 'system' AND action = 'installation.bootstrapped'",
    ] {
        assert_eq!(scratch.number(sql), 1, "{sql}");
    }
    let rows = scratch.rows();
    assert_eq!(rows, 4, "a principal, a user, an entry that it is done, an event");
    ready(run(&services(&scratch), &nothing())).unwrap();
    assert_eq!(scratch.rows(), rows);
}

fn only_system() -> BootstrapSettings {
    let system_password = Sensitive::new("Test-only-2".to_owned());
    BootstrapSettings { system_email: "service@example.org".to_owned(), system_password, ..nothing() }
}

#[test]
fn a_sibling_service_is_in_no_organization() {
    let scratch = Scratch::migrated();
    ready(run(&services(&scratch), &only_system())).unwrap();
    for sql in [
        "SELECT count(*) = 1 FROM user u JOIN principal p ON p.id = u.id WHERE u.account_role = 'system' \
         AND u.email = 'service@example.org' AND u.joined_at > 0 AND p.state = 'active' AND p.organization_id IS NULL",
        "SELECT count(*) = 0 FROM organization",
        "SELECT count(*) = 0 FROM membership",
        "SELECT count(*) = 0 FROM role_grant",
        "SELECT count(*) = 1 FROM credential WHERE kind = 'password'",
    ] {
        assert_eq!(scratch.number(sql), 1, "{sql}");
    }
    let rows = scratch.rows();
    ready(run(&services(&scratch), &only_system())).unwrap();
    assert_eq!(scratch.rows(), rows);
}

#[test]
fn the_owner_of_api_keys_comes_back() {
    let scratch = Scratch::migrated();
    let run_again = || ready(run(&services(&scratch), &nothing())).unwrap();
    run_again();
    let owner = "SELECT id FROM user WHERE account_role = 'api_service'";
    let first = scratch.number(owner);
    run_again();
    assert_eq!(scratch.number(owner), first);
    // Somebody deletes it, and takes its address.
    let take = format!("UPDATE user SET account_role = 'user' WHERE id = {first}");
    scratch.connection.run(&take, vec![]).unwrap();
    scratch.connection.run("DELETE FROM installation WHERE name = 'bootstrap_api_service'", vec![]).unwrap();
    run_again();
    let second = scratch.number(owner);
    assert_ne!(second, first);
    scratch.connection.run(&format!("DELETE FROM principal WHERE id = {second}"), vec![]).unwrap();
    run_again();
    assert_ne!(scratch.number(owner), second);
    let recorded = "SELECT subject_id FROM installation WHERE name = 'bootstrap_api_service'";
    assert_eq!(scratch.number(recorded), scratch.number(owner));
}

/// The operator adds its variables a day later, and by mistake the address of the administrator.
#[test]
fn a_sibling_service_needs_an_address_of_its_own() {
    let scratch = Scratch::migrated();
    ready(run(&services(&scratch), &only_admin())).unwrap();
    let rows = scratch.rows();
    let settings = BootstrapSettings { system_email: "admin@example.org".to_owned(), ..only_system() };
    let error = ready(run(&services(&scratch), &settings)).unwrap_err();
    assert!(
        error.log_line().contains("variable bootstrap_system_email names an address that somebody has"),
        "{error:?}"
    );
    assert_eq!(scratch.rows(), rows);
}

#[test]
fn an_administrator_needs_an_address_of_its_own() {
    let scratch = Scratch::migrated();
    ready(run(&services(&scratch), &only_system())).unwrap();
    let rows = scratch.rows();
    let settings = BootstrapSettings { admin_email: only_system().system_email, ..only_admin() };
    let error = ready(run(&services(&scratch), &settings)).unwrap_err();
    assert!(
        error.log_line().contains("variable bootstrap_admin_email names an address that somebody has"),
        "{error:?}"
    );
    assert_eq!(scratch.rows(), rows);
}

#[test]
fn a_second_client_needs_a_secret_of_its_own() {
    let scratch = Scratch::migrated();
    ready(run(&services(&scratch), &only_client())).unwrap();
    scratch.connection.run("DELETE FROM installation WHERE name = 'bootstrap_client'", vec![]).unwrap();
    let rows = scratch.rows();
    let settings = BootstrapSettings { client_id: "223456789012".to_owned(), ..only_client() };
    let error = ready(run(&services(&scratch), &settings)).unwrap_err();
    assert!(error.log_line().contains("bootstrap_client_secret is the secret of somebody else"), "{error:?}");
    assert_eq!(scratch.rows(), rows);
}

/// The way back for an operator who has nothing but the database.
#[test]
fn a_second_client_uses_the_resource_that_is_there() {
    let scratch = Scratch::migrated();
    let run_sql = |sql: &str| scratch.connection.run(sql, vec![]).map(|_| ()).unwrap();
    ready(run(&services(&scratch), &only_client())).unwrap();
    let second = |id: &str| BootstrapSettings { client_id: id.to_owned(), ..only_client() };
    let managers = "SELECT count(*) FROM role_grant g JOIN role_scope rs ON rs.role_id = g.role_id \
        JOIN scope s ON s.id = rs.scope_id WHERE s.name = 'all' AND g.organization_id IS NULL";
    for (id, change, roles) in [
        ("223456789012", "DELETE FROM principal WHERE id = 123456789012", 1),
        ("323456789012", "DELETE FROM role_scope", 2),
        ("423456789012", "DELETE FROM scope WHERE name = 'all'", 3),
        ("523456789012", "DELETE FROM resource", 4),
    ] {
        run_sql("DELETE FROM credential WHERE kind = 'client_secret'");
        run_sql("DELETE FROM installation WHERE name = 'bootstrap_client'");
        run_sql(change);
        let before = scratch.number(managers);
        ready(run(&services(&scratch), &second(id))).unwrap();
        assert_eq!(scratch.number(managers), before + 1, "{id}");
        assert_eq!(scratch.number("SELECT count(*) FROM role WHERE family = 'tenant'"), roles, "{id}");
        assert_eq!(scratch.number("SELECT count(*) FROM resource"), 1, "{id}");
    }
}

#[test]
fn the_password_is_hashed_and_the_secret_is_not_stored() {
    let scratch = Scratch::migrated();
    ready(run(&services(&scratch), &both())).unwrap();
    let text = |sql| scratch.connection.run(sql, vec![]).unwrap().first().unwrap().text(0).unwrap();
    let hash = text("SELECT password_hash FROM credential WHERE kind = 'password'");
    assert!(password::verify("Test-only-1", &hash).unwrap().matches);
    let caller = ready(crate::ops::logins::client::by_secret(&services(&scratch), CLIENT_ID, SECRET)).unwrap().unwrap();
    assert!(caller.rights().is_platform());
    let wrong = ready(crate::ops::logins::client::by_secret(&services(&scratch), CLIENT_ID, "wrong")).unwrap();
    assert_eq!(wrong.unwrap_err(), crate::ops::logins::client::ClientFault::WrongSecret);
}

#[test]
fn either_can_be_made_alone() {
    for (settings, users, machines) in [(only_admin(), 2, 0), (only_client(), 1, 1)] {
        let scratch = Scratch::migrated();
        ready(run(&services(&scratch), &settings)).unwrap();
        let count = |kind| scratch.number(&format!("SELECT count(*) FROM principal WHERE kind = '{kind}'"));
        assert_eq!((count("user"), count("service_account")), (users, machines));
    }
}

/// Its credential may have leaked, which is why it was deleted.
#[test]
fn what_is_deleted_stays_deleted() {
    let scratch = Scratch::migrated();
    ready(run(&services(&scratch), &both())).unwrap();
    // The owner of API keys has no credential, and is made anew.
    let owner = "(SELECT id FROM user WHERE account_role = 'api_service')";
    scratch.connection.run(&format!("DELETE FROM principal WHERE id <> {owner}"), vec![]).unwrap();
    let rows = scratch.rows();
    ready(run(&services(&scratch), &both())).unwrap();
    assert_eq!(scratch.rows(), rows);
}

/// The operator adds the variables of the client a day later: one installation, one first organization.
#[test]
fn what_is_configured_later_joins_the_first_organization() {
    for (first, second) in [(only_admin(), both()), (only_client(), both())] {
        let scratch = Scratch::migrated();
        ready(run(&services(&scratch), &first)).unwrap();
        ready(run(&services(&scratch), &second)).unwrap();
        assert_eq!(scratch.number("SELECT count(*) FROM principal"), 3);
        assert_eq!(scratch.number("SELECT count(*) FROM organization"), 1);
        assert_eq!(scratch.number("SELECT count(DISTINCT organization_id) FROM membership"), 1);
    }
}

#[test]
fn a_wrong_variable_is_named_and_nothing_is_made() {
    let email = |text: &str| BootstrapSettings { admin_email: text.to_owned(), ..both() };
    let password = |text: &str| BootstrapSettings { admin_password: Sensitive::new(text.to_owned()), ..both() };
    let id = |text: &str| BootstrapSettings { client_id: text.to_owned(), ..both() };
    let secret = |text: &str| BootstrapSettings { client_secret: Sensitive::new(text.to_owned()), ..both() };
    let system = |email: &str, password: &str| {
        let system_password = Sensitive::new(password.to_owned());
        BootstrapSettings { system_email: email.to_owned(), system_password, ..both() }
    };
    for (settings, wanted) in [
        (system("nobody", "Test-only-2"), "variable bootstrap_system_email is not an e-mail address"),
        (system("a@example.org", "Test-on"), "variable bootstrap_system_password needs at least 8 characters"),
        (email("nobody"), "variable bootstrap_admin_email is not an e-mail address"),
        (password(""), "variable bootstrap_admin_password needs at least 8 characters"),
        (password("ünïcodé"), "variable bootstrap_admin_password needs at least 8 characters"),
        (id("12345678901"), "variable bootstrap_client_id is not a 12-digit number that begins with 1 to 9"),
        (id("012345678901"), "variable bootstrap_client_id is not a 12-digit number that begins with 1 to 9"),
        (id("my-client-id"), "variable bootstrap_client_id is not a 12-digit number that begins with 1 to 9"),
        (secret(""), "variable bootstrap_client_secret needs at least 24 characters"),
        (secret("12345678901234567890123"), "variable bootstrap_client_secret needs at least 24 characters"),
    ] {
        let scratch = Scratch::migrated();
        let error = ready(run(&services(&scratch), &settings)).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Internal);
        assert_eq!(error.message(), "Internal error.", "the client learns nothing");
        assert_eq!(error.log_line(), format!("internal: Internal error. ({wanted})"));
        assert_eq!(scratch.rows(), 0, "{wanted}");
    }
}

#[test]
fn an_id_in_use_is_refused_and_nothing_is_made() {
    let scratch = Scratch::migrated();
    let taken =
        "INSERT INTO principal (id, kind, state, created_at, updated_at) VALUES (123456789012, 'user', 'active', 0, 0)";
    scratch.connection.run(taken, vec![]).unwrap();
    let rows = scratch.rows();
    let error = ready(run(&services(&scratch), &both())).unwrap_err();
    assert!(error.log_line().contains("variable bootstrap_client_id names an id that is in use"), "{error:?}");
    assert_eq!(scratch.rows(), rows);
}
