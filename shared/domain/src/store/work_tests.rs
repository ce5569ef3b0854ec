use super::*;
use crate::error::ErrorKind;
use crate::model::EventType;
use crate::params;
use crate::store::testing::{NOW, Scratch, ready};

const INSERT: &str = "INSERT INTO organization (id, name, created_at, updated_at) VALUES (?1, 'Made', 1, 1)";
const COUNT: &str = "SELECT count(*) FROM organization";

fn event(id: &str) -> AuditEvent {
    AuditEvent {
        id: id.to_owned(),
        at: NOW,
        actor_kind: "system",
        actor_id: None,
        credential_id: None,
        organization_id: None,
        dialect: "test",
        request_id: "request".to_owned(),
        event: EventType::OrganizationCreated.alone(),
    }
}

fn insert(exec: &dyn Exec, id: i64) -> Result<Vec<Row>, DbError> {
    ready(exec.run(INSERT, params![id]))
}

fn count(exec: &dyn Exec) -> i64 {
    ready(exec.run(COUNT, vec![])).unwrap().first().unwrap().integer(0).unwrap()
}

#[test]
fn what_is_not_saved_did_not_happen() {
    let scratch = Scratch::migrated();
    let pool = Pool::new(scratch.database());
    let unit = ready(pool.begin()).unwrap();
    insert(&unit, 1).unwrap();
    assert_eq!(count(&unit), 1, "inside it is there");
    assert_eq!(count(&pool), 0, "to others it is not");
    drop(unit);
    assert_eq!(scratch.rows(), 0);
    // Nor does it stand in anybody's way.
    let unit = ready(pool.begin()).unwrap();
    insert(&unit, 1).unwrap();
    ready(unit.save(event("a"))).unwrap();
    assert_eq!(count(&pool), 1);
}

#[test]
fn the_audit_event_is_saved_with_the_change_or_neither_is() {
    let scratch = Scratch::migrated();
    let pool = Pool::new(scratch.database());
    for (id, actor_kind, is_saved) in [(1, "system", true), (2, "nobody", false), (3, "anonymous", true)] {
        let before = scratch.rows();
        let unit = ready(pool.begin()).unwrap();
        insert(&unit, id).unwrap();
        let saved = ready(unit.save(AuditEvent { actor_kind, ..event(&id.to_string()) }));
        assert_eq!(saved.is_ok(), is_saved, "{actor_kind}: {saved:?}");
        assert_eq!(scratch.rows() - before, if is_saved { 2 } else { 0 }, "{actor_kind}");
    }
}

#[test]
fn housekeeping_leaves_no_event() {
    let scratch = Scratch::migrated();
    let pool = Pool::new(scratch.database());
    let unit = ready(pool.begin()).unwrap();
    insert(&unit, 1).unwrap();
    ready(unit.save_unaudited()).unwrap();
    assert_eq!((count(&pool), scratch.number("SELECT count(*) FROM audit_event")), (1, 0));
}

/// Two units of work of one instance: the second finds the lock taken, and the first is none the worse for it.
#[test]
fn units_of_work_do_not_nest() {
    let scratch = Scratch::migrated();
    let pool = Pool::new(scratch.database());
    let outer = ready(pool.begin()).unwrap();
    insert(&outer, 1).unwrap();
    let Err(inner) = ready(pool.begin()) else { panic!("a second writer began") };
    assert_eq!(inner, DbError::Busy);
    assert_eq!(*Error::from(inner).kind(), ErrorKind::Unavailable(1), "the client may try again");
    ready(outer.save(event("outer"))).unwrap();
    // One after the other they may.
    let next = ready(pool.begin()).unwrap();
    insert(&next, 2).unwrap();
    ready(next.save(event("next"))).unwrap();
    assert_eq!(count(&pool), 2);
}

/// A refused statement takes back itself, not what was done before: operations try an insert again with another id.
#[test]
fn a_refused_statement_leaves_the_rest_of_the_unit() {
    let scratch = Scratch::migrated();
    let pool = Pool::new(scratch.database());
    let unit = ready(pool.begin()).unwrap();
    insert(&unit, 1).unwrap();
    assert_eq!(insert(&unit, 1), Err(DbError::Unique("organization.id".into())));
    insert(&unit, 2).unwrap();
    ready(unit.save(event("a"))).unwrap();
    assert_eq!(count(&pool), 2);
}

#[test]
fn the_rules_between_tables_hold_in_every_unit() {
    let scratch = Scratch::migrated();
    let pool = Pool::new(scratch.database());
    for _ in 0..2 {
        let unit = ready(pool.begin()).unwrap();
        let orphan = "INSERT INTO membership (organization_id, principal_id, kind, created_at, updated_at) \
                      VALUES (1, 2, 'user', 0, 0)";
        assert_eq!(ready(unit.run(orphan, vec![])), Err(DbError::ForeignKey));
        // The second time it is a connection that was used before.
        ready(unit.save_unaudited()).unwrap();
    }
}

#[test]
fn statements_are_counted_with_those_around_them() {
    let scratch = Scratch::migrated();
    let pool = Pool::new(scratch.database());
    let unit = ready(pool.begin()).unwrap();
    insert(&unit, 1).unwrap();
    ready(unit.save(event("a"))).unwrap();
    assert_eq!(pool.statements(), 4, "BEGIN, INSERT, audit, COMMIT");
    count(&pool);
    assert_eq!(pool.statements(), 5);
}
