//! History replayed: databases of every release, with rows in all of their tables, come up to date and lose nothing.
//! `tests/fixtures/NNNN.sql` has rows for what migration NNNN made; a new migration brings one along.

use std::path::Path;

use iam_domain::store::Row;
use iam_domain::store::migrations::{self as history, ALL, Migration};

use super::Scratch;

/// Statements of the fixture that goes with `migration`.
fn fixture(migration: &Migration) -> Vec<&'static str> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/{:04}.sql", migration.version));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    history::statements(text.leak()).collect()
}

/// A database as the release that ended with migration `version` left it.
fn at_version(version: usize) -> Scratch {
    let scratch = Scratch::empty();
    for step in 1..=version {
        scratch.migrate(&ALL[..step]).unwrap();
        for statement in fixture(&ALL[step - 1]) {
            scratch.rows(statement);
        }
    }
    scratch
}

/// Columns that a later migration fills where they were empty, on purpose.
const FILLED: &[(&str, &str)] = &[("organization", "pairing_code")];

/// Rows of a table, by the columns that it has in the old release.
fn rows(scratch: &Scratch, table: &str, columns: &str) -> Vec<Row> {
    scratch.rows(&format!("SELECT {columns} FROM {table}"))
}

#[test]
fn every_release_comes_up_to_date_and_keeps_its_rows() {
    for version in 0..=ALL.len() {
        let scratch = at_version(version);
        let before: Vec<_> = scratch
            .tables()
            .into_iter()
            .map(|table| {
                let mut columns = scratch.texts(&format!("PRAGMA table_info({table})"), 1);
                columns.retain(|column| !FILLED.contains(&(table.as_str(), column.as_str())));
                let columns = columns.join(", ");
                (rows(&scratch, &table, &columns), table, columns)
            })
            .collect();
        scratch.migrate(ALL).unwrap();
        for (old, table, columns) in before {
            let new = rows(&scratch, &table, &columns);
            let lost: Vec<_> = old.iter().filter(|row| !new.contains(row)).collect();
            assert!(lost.is_empty(), "from version {version}, {table} lost {lost:?}");
        }
        let without_code = "SELECT count(*) FROM organization WHERE pairing_code IS NULL";
        assert_eq!(scratch.number(without_code), 0, "from version {version}");
        scratch.assert_sound();
        assert_eq!(scratch.tables(), Scratch::migrated().tables(), "from version {version}");
    }
}

#[test]
fn every_table_has_a_row_in_the_fixtures() {
    let scratch = at_version(ALL.len());
    let is_empty = |table: &String| scratch.number(&format!("SELECT count(*) FROM {table}")) == 0;
    let empty: Vec<_> = scratch.tables().into_iter().filter(is_empty).collect();
    assert_eq!(empty, Vec::<String>::new());
}

/// A key that the operator brought along stays one: it signs no tokens of other APIs.
#[test]
fn keys_of_the_operators_are_still_told() {
    let scratch = at_version(8);
    scratch.rows(
        "INSERT INTO signing_key (kid, algorithm, generation, private_key, public_jwk, created_at) VALUES \
         ('own', 'ES256', 'idah_jwt_key:3f', 'x', '{}', 1), ('other', 'ES256', 'idah_jwt_keys', 'x', '{}', 1)",
    );
    scratch.migrate(ALL).unwrap();
    let generations = scratch.texts("SELECT generation FROM signing_key WHERE kid IN ('own', 'other') ORDER BY kid", 0);
    assert_eq!(generations, ["idah_jwt_keys", "adopted:3f"]);
}

/// What old rows mean must not be bent by what came later: the cascades still reach all of them.
#[test]
fn deleting_the_tenants_takes_their_rows_along() {
    let scratch = at_version(ALL.len());
    // Mail of the installation itself belongs to nobody.
    scratch.rows("DELETE FROM outbox WHERE organization_id IS NULL");
    scratch.rows("DELETE FROM principal");
    scratch.rows("DELETE FROM organization");
    let outlives = |table: &str| {
        let own = ["schema_migration", "role", "resource", "scope", "role_scope"];
        let no_tenant = [
            "alert_kind",
            "audit_event",
            "derivation_key",
            "login_throttle",
            "password_check",
            "password_request",
            "revoked_token",
            "signing_key",
            "service",
            "installation",
            "tally",
        ];
        own.contains(&table) || no_tenant.contains(&table)
    };
    let count = |table: &String| scratch.number(&format!("SELECT count(*) FROM {table}"));
    let left: Vec<_> = scratch.tables().into_iter().filter(|table| !outlives(table) && count(table) > 0).collect();
    assert_eq!(left, Vec::<String>::new());
    scratch.assert_sound();
}
