use std::rc::Rc;

use super::*;
use crate::crypto::TokenKind;
use crate::error::ErrorKind;
use crate::ops::{Acting, Caller, Pause, RequestInfo, Services};
use crate::params;
use crate::rng::SystemRng;
use crate::store::testing::{NOW, Scratch, Still, ready};
use crate::store::{LocalFuture, Value};

const ISSUER: &str = "https://id.example.org";
const HOME: i64 = 100_000_000_001;
const ELSEWHERE: i64 = 100_000_000_002;
const ADMIN: i64 = 200_000_000_001;
const ADA: i64 = 200_000_000_002;
const BOB: i64 = 200_000_000_003;
const STRANGER: i64 = 200_000_000_004;
const MACHINE: i64 = 200_000_000_005;
const WRITER: i64 = 200_000_000_006;

struct NoPause;

impl Pause for NoPause {
    fn pause(&self) -> LocalFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

struct Stage {
    scratch: Scratch,
    services: Services,
}

impl Stage {
    /// Two organizations and their people; Ada and Bob have yet to accept their invitations.
    fn new() -> Self {
        let scratch = Scratch::migrated();
        let services =
            Services::new(scratch.database(), scratch.blobs(), Rc::new(Still), Rc::new(SystemRng), Rc::new(NoPause));
        let stage = Self { scratch, services };
        for id in [HOME, ELSEWHERE] {
            stage
                .run("INSERT INTO organization (id, name, created_at, updated_at) VALUES (?1, 'x', 0, 0)", params![id]);
        }
        for (id, organization, role) in [
            (ADMIN, HOME, "org:admin"),
            (ADA, HOME, "org:user"),
            (BOB, HOME, "org:user"),
            (STRANGER, ELSEWHERE, "org:user"),
            (MACHINE, HOME, "org:user"),
            (WRITER, HOME, "organization:write"),
        ] {
            stage.principal(id, organization, role);
        }
        stage.run("UPDATE user SET joined_at = 1 WHERE id IN (?1, ?2)", params![ADMIN, WRITER]);
        stage
    }

    fn run(&self, sql: &str, params: Vec<Value>) {
        self.scratch.connection.run(sql, params).unwrap();
    }

    fn principal(&self, id: i64, organization: i64, role: &str) {
        let kind = if id == MACHINE { "service_account" } else { "user" };
        let sql = "INSERT INTO principal (id, kind, state, organization_id, created_at, updated_at) \
                   VALUES (?1, ?2, 'active', ?3, 0, 0)";
        self.run(sql, params![id, kind, organization]);
        if id == MACHINE {
            self.run("INSERT INTO service_account (id, name) VALUES (?1, 'x')", params![id]);
        } else {
            let sql = "INSERT INTO user (id, email, email_key, first_name) \
                       VALUES (?1, ?1 || '@Example.org', ?1 || '@example.org', 'Old')";
            self.run(sql, params![id]);
        }
        let sql = "INSERT INTO membership (organization_id, principal_id, kind, created_at, updated_at) \
                   VALUES (?2, ?1, ?3, 0, 0)";
        self.run(sql, params![id, organization, kind]);
        let sql = "INSERT INTO role_grant (id, organization_id, principal_id, role_id, created_at) \
                   SELECT ?1, ?2, ?1, id, 0 FROM role WHERE key = ?3";
        self.run(sql, params![id, organization, role]);
    }

    /// Works with a context of `who` at home.
    fn as_caller<T>(&self, who: i64, work: impl AsyncFnOnce(&Ctx<'_>) -> T) -> T {
        let token = TokenKind::ApiToken.generate(&SystemRng);
        let sql = "INSERT OR REPLACE INTO credential (id, principal_id, kind, secret_hash, created_at, updated_at) \
                   VALUES (?1, ?1, 'api_token', ?2, 0, 0)";
        self.run(sql, params![who, token.hash]);
        let caller = ready(Caller::of_api_token(&self.services, token.text.expose(), Acting::Home)).unwrap();
        let request = RequestInfo { id: "request".to_owned(), dialect: "eazyrent", ..RequestInfo::default() };
        let organization = caller.home();
        let ctx = Ctx::of(&self.services, &request, caller, organization);
        ready(work(&ctx))
    }

    fn subject(&self, who: i64, whom: Whom) -> Result<Option<Subject>> {
        self.as_caller(who, async |ctx| subject(ctx, whom, Some(ISSUER)).await)
    }

    fn apply(&self, who: i64, whom: Whom, profile: &Profile) -> Result<Vec<&'static str>> {
        self.as_caller(who, async |ctx| apply(ctx, whom, ISSUER, profile).await)
    }

    fn link(&self, id: i64, subject: &str) {
        let sql = "UPDATE user SET identities = json_object(?2, ?3, 'https://other.example', 'x') WHERE id = ?1";
        self.run(sql, params![id, ISSUER, subject]);
    }

    fn prove(&self, id: i64) {
        self.run("UPDATE user SET email_verified_at = 1 WHERE id = ?1", params![id]);
    }

    /// Everything that a synchronisation can change.
    fn dump(&self) -> Vec<crate::store::Row> {
        ["SELECT * FROM user", "SELECT * FROM principal", "SELECT * FROM audit_event", "SELECT * FROM outbox"]
            .iter()
            .flat_map(|sql| self.scratch.connection.run(sql, vec![]).unwrap())
            .collect()
    }

    #[track_caller]
    fn is_conflict(&self, who: i64, whom: Whom, profile: &Profile, code: &str) {
        let before = self.dump();
        let error = self.apply(who, whom, profile).unwrap_err();
        assert_eq!((error.kind(), error.code()), (&ErrorKind::Conflict, code));
        assert_eq!(self.dump(), before);
    }
}

fn member(id: i64) -> Whom {
    Whom::Member(PrincipalId::from_stored(id))
}

/// What the upstream says about `id` when nothing has changed but the names.
fn profile(id: i64) -> Profile {
    Profile {
        subject: format!("sub-{id}"),
        is_by_own_token: false,
        first_name: Name::parse("given_name", "New").ok(),
        last_name: Name::parse("family_name", "Person").ok(),
        email: Email::parse("email", &format!("{id}@Example.org")).ok(),
        is_email_verified: true,
        phone: None,
    }
}

fn by_token(id: i64) -> Profile {
    Profile { is_by_own_token: true, ..profile(id) }
}

#[test]
fn the_first_time_links_and_copies_and_the_second_does_nothing() {
    let stage = Stage::new();
    stage.prove(ADA);
    let profile = Profile { phone: Phone::parse("phone_number", "+33123456789").ok(), ..profile(ADA) };
    let changed = stage.apply(ADMIN, member(ADA), &profile).unwrap();
    assert_eq!(changed, ["first_name", "last_name", "phone", "identity"]);
    let sql = "SELECT count(*) FROM user u JOIN principal p ON p.id = u.id WHERE u.id = 200000000002 \
        AND u.first_name = 'New' AND u.last_name = 'Person' AND u.phone = '+33123456789' \
        AND u.email = '200000000002@Example.org' AND u.email_verified_at = 1 \
        AND u.identities = '{\"https://id.example.org\":\"sub-200000000002\"}'";
    assert_eq!(stage.scratch.number(sql), 1);
    assert_eq!(stage.scratch.number(&format!("SELECT updated_at FROM principal WHERE id = {ADA}")), NOW);
    let sql = "SELECT count(*) FROM audit_event WHERE action = 'user.updated' AND target_id = 200000000002 \
        AND (SELECT count(*) FROM json_each(detail, '$.changed')) = 4 \
        AND json_extract(detail, '$.changed.first_name.before') = 'Old' \
        AND json_extract(detail, '$.changed.last_name.after') = 'Person' \
        AND json_extract(detail, '$.changed.phone.after') = '+33123456789' \
        AND json_extract(detail, '$.changed.identity.before') = '{}'";
    assert_eq!(stage.scratch.number(sql), 1);
    let before = stage.dump();
    assert_eq!(stage.apply(ADMIN, member(ADA), &profile).unwrap(), Vec::<&str>::new());
    assert_eq!(stage.dump(), before);
}

#[test]
fn what_the_upstream_does_not_say_stays() {
    let stage = Stage::new();
    stage.link(ADA, "sub");
    let nothing = Profile { subject: "sub".to_owned(), first_name: None, last_name: None, email: None, ..profile(ADA) };
    let before = stage.dump();
    assert_eq!(stage.apply(ADMIN, member(ADA), &nothing).unwrap(), Vec::<&str>::new());
    assert_eq!(stage.dump(), before);
}

#[test]
fn identities_at_other_issuers_are_kept() {
    let stage = Stage::new();
    stage.prove(ADA);
    stage.run("UPDATE user SET identities = '{\"https://other.example\":\"x\"}' WHERE id = ?1", params![ADA]);
    stage.apply(ADMIN, member(ADA), &profile(ADA)).unwrap();
    let sql = "SELECT count(*) FROM user, json_each(identities) WHERE user.id = 200000000002";
    assert_eq!(stage.scratch.number(sql), 2);
}

#[test]
fn a_new_address_is_taken_only_when_it_is_verified() {
    let stage = Stage::new();
    stage.link(ADA, "sub-200000000002");
    let moved = Profile { email: Email::parse("email", "moved@example.org").ok(), ..profile(ADA) };
    let unverified = Profile { is_email_verified: false, ..moved.clone() };
    assert_eq!(stage.apply(ADMIN, member(ADA), &unverified).unwrap(), ["first_name", "last_name"]);
    assert_eq!(stage.apply(ADMIN, member(ADA), &moved).unwrap(), ["email", "email_verified"]);
    let sql = "SELECT email_verified_at FROM user WHERE email_key = 'moved@example.org'";
    assert_eq!(stage.scratch.number(sql), NOW);
    // The invitation follows the address.
    assert_eq!(stage.scratch.number("SELECT count(*) FROM outbox WHERE recipient = 'moved@example.org'"), 1);
}

#[test]
fn an_address_that_somebody_else_has_is_a_conflict() {
    let stage = Stage::new();
    stage.link(ADA, "sub-200000000002");
    let theirs = Profile { subject: "sub-200000000002".to_owned(), ..profile(BOB) };
    stage.is_conflict(ADMIN, member(ADA), &theirs, "email_taken");
}

#[test]
fn another_subject_is_a_conflict() {
    let stage = Stage::new();
    stage.link(ADA, "somebody");
    stage.is_conflict(ADMIN, member(ADA), &profile(ADA), "identity_mismatch");
    stage.is_conflict(ADA, Whom::Own, &by_token(ADA), "identity_mismatch");
}

#[test]
fn nobody_is_linked_without_proof() {
    let stage = Stage::new();
    let unverified = Profile { is_email_verified: false, ..by_token(ADA) };
    let unknown = Profile { email: None, ..by_token(ADA) };
    for profile in [&unverified, &unknown, &by_token(BOB)] {
        stage.is_conflict(ADMIN, member(ADA), profile, "identity_unproven");
        stage.is_conflict(ADA, Whom::Own, profile, "identity_unproven");
    }
    // Who came in and then changed the address may have written down anybody's.
    stage.run("UPDATE user SET joined_at = 1 WHERE id = ?1", params![ADA]);
    stage.is_conflict(ADMIN, member(ADA), &profile(ADA), "identity_unproven");
    stage.is_conflict(ADA, Whom::Own, &profile(ADA), "identity_unproven");
    assert_eq!(stage.subject(ADMIN, member(ADA)).unwrap().unwrap().email, None);
    // A token of the person's own is proof.
    let changed = stage.apply(ADA, Whom::Own, &by_token(ADA)).unwrap();
    assert_eq!(changed, ["first_name", "last_name", "email_verified", "identity"]);
}

#[test]
fn an_own_address_stands_for_the_person_once_it_is_proven() {
    let stage = Stage::new();
    assert_eq!(stage.subject(ADA, Whom::Own), Ok(Some(Subject { subject: None, email: None })));
    stage.run("UPDATE user SET email_verified_at = 1, joined_at = 1 WHERE id = ?1", params![ADA]);
    let email = Email::parse("email", "200000000002@Example.org").ok();
    assert_eq!(stage.subject(ADA, Whom::Own), Ok(Some(Subject { subject: None, email })));
    assert_eq!(stage.apply(ADA, Whom::Own, &profile(ADA)).unwrap(), ["first_name", "last_name", "identity"]);
    let subject = stage.subject(ADMIN, member(ADA)).unwrap().unwrap().subject;
    assert_eq!(subject.as_deref(), Some("sub-200000000002"));
}

#[test]
fn machines_have_no_subject() {
    let stage = Stage::new();
    assert_eq!(stage.subject(MACHINE, Whom::Own), Ok(None));
}

#[test]
fn only_who_may_change_a_member_may_synchronise_it() {
    let stage = Stage::new();
    for (who, whom, kind) in [
        (ADMIN, STRANGER, ErrorKind::NotFound),
        (ADMIN, MACHINE, ErrorKind::NotFound),
        (ADMIN, 999_999_999_999, ErrorKind::NotFound),
        (WRITER, ADMIN, ErrorKind::Forbidden),
        (BOB, ADA, ErrorKind::Forbidden),
    ] {
        let before = stage.dump();
        assert_eq!(*stage.subject(who, member(whom)).unwrap_err().kind(), kind, "{who} {whom}");
        assert_eq!(*stage.apply(who, member(whom), &profile(whom)).unwrap_err().kind(), kind, "{who} {whom}");
        assert_eq!(stage.dump(), before);
    }
    assert!(stage.subject(WRITER, member(ADA)).is_ok());
}
