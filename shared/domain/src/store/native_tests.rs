use super::*;
use crate::params;
use crate::store::testing::Scratch;

/// A schema with an organization, a person with a password, a role and a revoked token.
fn filled() -> Scratch {
    let scratch = Scratch::migrated();
    for sql in [
        "INSERT INTO organization (id, name, created_at, updated_at) VALUES (1, 'One', 0, 0)",
        "INSERT INTO principal (id, kind, state, organization_id, created_at, updated_at) VALUES (2, 'user', 'active', 1, 0, 0)",
        "INSERT INTO principal (id, kind, state, organization_id, created_at, updated_at) VALUES (3, 'user', 'active', 1, 0, 0)",
        "INSERT INTO user (id, email, email_key) VALUES (2, 'Ada@example.org', 'ada@example.org')",
        "INSERT INTO membership (organization_id, principal_id, kind, created_at, updated_at) VALUES (1, 2, 'user', 0, 0)",
        "INSERT INTO credential (id, principal_id, kind, password_hash, created_at, updated_at) VALUES (4, 2, 'password', 'x', 0, 0)",
        "INSERT INTO role (id, family, name, created_at, updated_at) VALUES (5, 'template', 'Same', 0, 0)",
        "INSERT INTO revoked_token (jti, expires_at) VALUES ('jti', 0)",
    ] {
        scratch.connection.run(sql, vec![]).unwrap();
    }
    scratch
}

#[test]
fn each_broken_rule_is_told_by_its_kind() {
    let scratch = filled();
    let unique = |what: &str| DbError::Unique(what.to_owned());
    for (sql, wanted) in [
        // A UNIQUE column, an INTEGER PRIMARY KEY, one of text, one of two columns.
        ("INSERT INTO user (id, email_key) VALUES (3, 'ada@example.org')", unique("user.email_key")),
        (
            "INSERT INTO principal (id, kind, state, created_at, updated_at) VALUES (2, 'user', 'active', 0, 0)",
            unique("principal.id"),
        ),
        ("INSERT INTO revoked_token (jti, expires_at) VALUES ('jti', 1)", unique("revoked_token.jti")),
        (
            "INSERT INTO membership (organization_id, principal_id, kind, created_at, updated_at) \
             VALUES (1, 2, 'user', 0, 0)",
            unique("membership.organization_id, membership.principal_id"),
        ),
        // A partial unique index, and one over an expression.
        (
            "INSERT INTO credential (id, principal_id, kind, password_hash, created_at, updated_at) \
             VALUES (6, 2, 'password', 'y', 0, 0)",
            unique("credential.principal_id"),
        ),
        (
            "INSERT INTO role (id, family, name, created_at, updated_at) VALUES (7, 'template', 'Same', 0, 0)",
            unique("index 'role_name'"),
        ),
        ("UPDATE user SET id = 9 WHERE id = 2", DbError::ForeignKey),
        ("INSERT INTO service_account (id, name) VALUES (99, 'orphan')", DbError::ForeignKey),
        (
            "INSERT INTO role_grant (id, organization_id, principal_id, role_id, created_at) VALUES (8, 1, 3, 5, 0)",
            DbError::ForeignKey,
        ),
    ] {
        assert_eq!(scratch.connection.run(sql, vec![]), Err(wanted), "{sql}");
    }
}

#[test]
fn faults_of_ours_are_not_taken_for_clashes() {
    let scratch = filled();
    for (sql, part) in [
        ("UPDATE principal SET kind = 'ghost'", "CHECK constraint failed"),
        ("UPDATE credential SET password_hash = NULL", "CHECK constraint failed"),
        ("UPDATE organization SET name = NULL", "NOT NULL constraint failed: organization.name"),
    ] {
        let error = scratch.connection.run(sql, vec![]).unwrap_err();
        assert!(matches!(&error, DbError::Constraint(text) if text.contains(part)), "{sql}: {error:?}");
    }
    for (sql, part) in [
        ("UPDATE organization SET created_at = 'today'", "cannot store TEXT value in INTEGER column"),
        ("SELECT * FROM not_there", "no such table: not_there"),
        ("SELECT not_there FROM organization", "no such column: not_there"),
        ("SELEKT 1", "syntax error"),
        ("SELECT ?1", "parameter"),
        ("ROLLBACK", "no transaction is active"),
    ] {
        let error = scratch.connection.run(sql, vec![]).unwrap_err();
        assert!(matches!(&error, DbError::Other(text) if text.contains(part)), "{sql}: {error:?}");
    }
    assert_eq!(scratch.number("SELECT count(*) FROM organization WHERE name = 'One' AND created_at = 0"), 1);
}

#[test]
fn a_locked_database_is_busy() {
    let scratch = filled();
    scratch.connection.run("BEGIN IMMEDIATE", vec![]).unwrap();
    let other = crate::store::testing::ready(scratch.database().open()).unwrap();
    let run = |sql: &'static str| crate::store::testing::ready(other.execute(sql, vec![]));
    run("PRAGMA busy_timeout = 2000").unwrap();
    assert_eq!(run("BEGIN IMMEDIATE"), Err(DbError::Busy));
    assert_eq!(run("DELETE FROM revoked_token"), Err(DbError::Busy));
    assert!(run("SELECT id FROM organization").is_ok(), "readers do not wait for the writer");
    scratch.connection.run("COMMIT", vec![]).unwrap();
    run("BEGIN IMMEDIATE").unwrap();
    run("COMMIT").unwrap();
}

#[test]
fn values_come_back_as_they_went() {
    let scratch = filled();
    for value in [
        Value::Null,
        Value::Integer(i64::MIN),
        Value::Integer(999_999_999_999),
        Value::Integer(i64::MAX),
        Value::Real(0.5),
        Value::Text(String::new()),
        Value::Text("ünï'; --\u{0}?1".to_owned()),
        Value::Blob(vec![0, 255, 39]),
    ] {
        let rows = scratch.connection.run("SELECT ?1, typeof(?1)", vec![value.clone()]).unwrap();
        assert_eq!(rows.first().unwrap().0.first(), Some(&value));
    }
}

#[test]
fn columns_are_read_as_what_they_are_or_not_at_all() {
    let scratch = filled();
    let rows = scratch.connection.run("SELECT 1, 'text', NULL, '{\"a\":1}', '{', 0.5", params![]).unwrap();
    let row = rows.first().unwrap();
    let shape = |column, wanted| DbError::Shape { column, wanted };
    assert_eq!((row.integer(0), row.boolean(0)), (Ok(1), Ok(true)));
    assert_eq!(row.integer(1), Err(shape(1, "integer")));
    assert_eq!(row.text(0), Err(shape(0, "text")));
    assert_eq!((row.integer_opt(2), row.text_opt(2), row.json_opt(2)), (Ok(None), Ok(None), Ok(None)));
    assert_eq!(row.integer(2), Err(shape(2, "integer")));
    assert_eq!(row.integer_opt(1), Err(shape(1, "integer")));
    assert_eq!(row.json(3), Ok(serde_json::json!({ "a": 1 })));
    assert_eq!(row.json(4), Err(shape(4, "JSON")));
    assert_eq!(row.integer(5), Err(shape(5, "integer")));
    assert_eq!(row.integer(6), Err(shape(6, "a column")));
}
