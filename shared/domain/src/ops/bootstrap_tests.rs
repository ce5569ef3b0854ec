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
        "SELECT count(*) = 1 FROM audit_event WHERE actor_kind = 'system' AND action = 'installation.bootstrap'",
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
fn nothing_configured_makes_nothing() {
    let scratch = Scratch::migrated();
    ready(run(&services(&scratch), &nothing())).unwrap();
    assert_eq!(scratch.rows(), 0);
}

#[test]
fn the_password_is_hashed_and_the_secret_is_not_stored() {
    let scratch = Scratch::migrated();
    ready(run(&services(&scratch), &both())).unwrap();
    let text = |sql| scratch.connection.run(sql, vec![]).unwrap().first().unwrap().text(0).unwrap();
    let hash = text("SELECT password_hash FROM credential WHERE kind = 'password'");
    assert!(password::verify("Test-only-1", &hash).unwrap().matches);
    let caller = ready(crate::ops::clients::by_secret(&services(&scratch), CLIENT_ID, SECRET)).unwrap().unwrap();
    assert!(caller.rights().is_platform());
    let wrong = ready(crate::ops::clients::by_secret(&services(&scratch), CLIENT_ID, "wrong")).unwrap();
    assert_eq!(wrong.unwrap_err(), crate::ops::clients::ClientFault::WrongSecret);
}

#[test]
fn either_can_be_made_alone() {
    for (settings, users, machines) in [(only_admin(), 1, 0), (only_client(), 0, 1)] {
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
    scratch.connection.run("DELETE FROM principal", vec![]).unwrap();
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
        assert_eq!(scratch.number("SELECT count(*) FROM principal"), 2);
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
    for (settings, wanted) in [
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
