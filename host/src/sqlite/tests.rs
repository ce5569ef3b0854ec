use std::time::Duration;

use super::*;
use crate::bindings::spin::sqlite::sqlite::{Error, RowResult, Value};

struct Fixture {
    databases: Databases,
    _dir: tempfile::TempDir,
}

fn fixture() -> Fixture {
    let dir = tempfile::tempdir().unwrap();
    Fixture { databases: Databases::new(dir.path().join("test.db")).unwrap(), _dir: dir }
}

impl Fixture {
    fn connect(&self) -> Connection {
        self.databases.connect("default").unwrap()
    }

    /// A connection to a database in WAL mode, where queries run on this thread.
    async fn wal(&self) -> Connection {
        all(&self.connect(), "PRAGMA journal_mode = WAL", vec![]).await.unwrap();
        self.connect()
    }
}

/// Columns and rows of a statement run to its end.
async fn all(db: &Connection, sql: &str, parameters: Vec<Value>) -> Result<(Vec<String>, Vec<RowResult>), Error> {
    let executed = db.execute(sql.to_owned(), parameters).await?;
    let rows = match executed.rows {
        Rows::Complete(rows, end) => end.map(|()| rows)?,
        Rows::Streaming(mut rows, mut rest, end) => {
            while let Some(batch) = rest.recv().await {
                rows.extend(batch);
            }
            end.await.unwrap()?;
            rows
        }
    };
    Ok((executed.columns, rows))
}

async fn integer(db: &Connection, sql: &str) -> i64 {
    match all(db, sql, vec![]).await.unwrap().1.remove(0).values.remove(0) {
        Value::Integer(value) => value,
        other => panic!("{other:?}"),
    }
}

const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";

#[tokio::test]
async fn every_type_comes_back_as_it_went_in() {
    let fixture = fixture();
    for db in [fixture.connect(), fixture.wal().await] {
        let values = vec![
            Value::Integer(i64::MIN),
            Value::Real(-0.5),
            Value::Text("grüße\0".to_owned()),
            Value::Blob(vec![0, 255]),
            Value::Null,
        ];
        let sql = "SELECT ?1 AS i, ?2 AS r, ?3 AS t, ?4 AS b, ?5 AS n";
        let (columns, rows) = all(&db, sql, values).await.unwrap();
        assert_eq!(columns, ["i", "r", "t", "b", "n"]);
        let shown = format!("{:?}", rows[0].values);
        for part in ["Integer(-9223372036854775808)", "Real(-0.5)", "grüße\\0", "Blob([0, 255])", "Null"] {
            assert!(shown.contains(part), "{part} is not in {shown}");
        }
    }
}

#[tokio::test]
async fn long_results_stream_and_are_complete() {
    let fixture = fixture();
    for db in [fixture.connect(), fixture.wal().await] {
        let sql = format!("{ENDLESS} SELECT i FROM n LIMIT 100000");
        assert_eq!(all(&db, &sql, vec![]).await.unwrap().1.len(), 100_000);
    }
}

/// One row for each size, in their order.
const SIZED: &str = "SELECT zeroblob(value) FROM json_each('[' || ?1 || ']') ORDER BY key";

#[tokio::test]
async fn no_piece_is_empty_wherever_a_result_ends() {
    // More than a piece may have.
    const LARGE: usize = 200_000;
    let fixture = fixture();
    for db in [fixture.connect(), fixture.wal().await] {
        for sizes in [
            vec![],
            vec![0],
            vec![0; 127],
            vec![0; 128],
            vec![0; 129],
            vec![0; 255],
            vec![0; 256],
            vec![0; 257],
            vec![128 << 10],
            vec![LARGE],
            vec![LARGE; 5],
            vec![64 << 10; 4],
            [vec![0; 10], vec![LARGE]].concat(),
            [vec![0; 127], vec![LARGE]].concat(),
            [vec![0; 128], vec![LARGE]].concat(),
            [vec![LARGE], vec![0; 128]].concat(),
        ] {
            let list = Value::Text(sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join(","));
            let executed = db.execute(SIZED.to_owned(), vec![list]).await.unwrap();
            let (mut rows, end) = match executed.rows {
                Rows::Complete(rows, end) => (rows, end),
                Rows::Streaming(mut rows, mut rest, end) => {
                    assert!(!rows.is_empty(), "the first piece of {sizes:?}");
                    while let Some(batch) = rest.recv().await {
                        assert!(!batch.is_empty(), "after {} rows of {sizes:?}", rows.len());
                        rows.extend(batch);
                    }
                    (rows, end.await.unwrap())
                }
            };
            end.unwrap();
            let came = rows.iter_mut().map(|row| match row.values.remove(0) {
                Value::Blob(blob) => blob.len(),
                other => panic!("{other:?}"),
            });
            assert_eq!(came.collect::<Vec<_>>(), sizes);
        }
    }
}

#[tokio::test]
async fn an_error_right_after_a_full_piece_is_told() {
    let fixture = fixture();
    for db in [fixture.connect(), fixture.wal().await] {
        // The smallest integer has no absolute value.
        let sql = format!("{ENDLESS} SELECT abs(iif(i > 128, -9223372036854775807 - 1, i)) FROM n");
        let executed = db.execute(sql, vec![]).await.unwrap();
        let Rows::Streaming(rows, mut rest, end) = executed.rows else { panic!("not streamed") };
        assert_eq!(rows.len(), 128);
        assert!(rest.recv().await.is_none());
        let error = end.await.unwrap().unwrap_err();
        assert!(matches!(&error, Error::Io(text) if text.contains("overflow")), "{error:?}");
    }
}

#[tokio::test]
async fn a_dropped_stream_frees_the_connection() {
    let fixture = fixture();
    let db = fixture.connect();
    let executed = db.execute(format!("{ENDLESS} SELECT i FROM n"), vec![]).await.unwrap();
    assert!(matches!(executed.rows, Rows::Streaming(..)));
    drop(executed);
    assert_eq!(integer(&db, "SELECT 7").await, 7);
}

#[tokio::test]
async fn errors_show_at_the_end_and_keep_their_text() {
    let fixture = fixture();
    for db in [fixture.connect(), fixture.wal().await] {
        for (sql, part) in [
            ("SELECT nonsense", "no such column"),
            ("SELEC", "syntax error"),
            ("INSERT INTO nowhere VALUES (1)", "no such table"),
            ("SELECT ?1", "parameter"),
        ] {
            let executed = db.execute(sql.to_owned(), vec![]).await.unwrap();
            match executed.rows {
                Rows::Complete(_, Err(Error::Io(text))) => assert!(text.contains(part), "{text}"),
                _ => panic!("{sql} did not fail"),
            }
        }
    }
}

#[tokio::test]
async fn only_the_first_statement_runs() {
    let fixture = fixture();
    let db = fixture.connect();
    all(&db, "CREATE TABLE a (x); CREATE TABLE b (x)", vec![]).await.unwrap();
    assert_eq!(integer(&db, "SELECT count(*) FROM sqlite_schema").await, 1);
}

#[tokio::test]
async fn rowid_and_changes_are_those_of_the_connection() {
    let fixture = fixture();
    let db = fixture.wal().await;
    all(&db, "CREATE TABLE t (x)", vec![]).await.unwrap();
    all(&db, "INSERT INTO t VALUES (1), (2), (3)", vec![]).await.unwrap();
    assert_eq!(db.last_insert_rowid().await.unwrap(), 3);
    assert_eq!(db.changes().await.unwrap(), 3);
    assert_eq!(fixture.connect().last_insert_rowid().await.unwrap(), 0);
}

#[tokio::test]
async fn transactions_are_isolated_and_end_with_their_connection() {
    let fixture = fixture();
    let db = fixture.wal().await;
    all(&db, "CREATE TABLE t (x)", vec![]).await.unwrap();
    all(&db, "BEGIN IMMEDIATE", vec![]).await.unwrap();
    all(&db, "INSERT INTO t VALUES (1)", vec![]).await.unwrap();
    let other = fixture.connect();
    assert_eq!(integer(&db, "SELECT count(*) FROM t").await, 1);
    assert_eq!(integer(&other, "SELECT count(*) FROM t").await, 0);
    drop(db);
    all(&other, "INSERT INTO t VALUES (2)", vec![]).await.unwrap();
    assert_eq!(integer(&other, "SELECT count(*) FROM t").await, 1);
}

#[tokio::test]
async fn what_one_connection_sets_no_other_sees() {
    let fixture = fixture();
    let db = fixture.wal().await;
    // Both have queried before, so both may have borrowed the same reader.
    let other = fixture.connect();
    for db in [&db, &other] {
        assert_eq!(integer(db, "SELECT 1").await, 1);
    }
    all(&db, "CREATE TEMP TABLE mine (x)", vec![]).await.unwrap();
    all(&db, "PRAGMA foreign_keys = OFF", vec![]).await.unwrap();
    all(&db, "PRAGMA case_sensitive_like = ON", vec![]).await.unwrap();
    assert_eq!(integer(&db, "SELECT count(*) FROM mine").await, 0);
    assert_eq!(integer(&db, "SELECT 'a' LIKE 'A'").await, 0);
    assert_eq!(integer(&db, "PRAGMA foreign_keys").await, 0);
    drop(db);
    for db in [other, fixture.connect()] {
        assert_eq!(integer(&db, "SELECT 'a' LIKE 'A'").await, 1);
        assert_eq!(integer(&db, "SELECT count(*) FROM sqlite_temp_schema").await, 0);
        assert_eq!(integer(&db, "PRAGMA foreign_keys").await, 1);
    }
}

#[tokio::test]
async fn a_change_that_looks_like_a_query_leaves_readers_alone() {
    let fixture = fixture();
    let db = fixture.wal().await;
    all(&db, "CREATE TABLE t (x)", vec![]).await.unwrap();
    let writer = fixture.connect();
    all(&writer, "WITH n(i) AS (VALUES (1), (2)) INSERT INTO t SELECT i FROM n", vec![]).await.unwrap();
    assert_eq!(writer.changes().await.unwrap(), 2);
    let other = fixture.connect();
    assert_eq!(integer(&other, "SELECT count(*) FROM t").await, 2);
    assert_eq!(integer(&other, "SELECT changes()").await, 0);
}

#[tokio::test]
async fn a_guest_that_goes_takes_no_query_of_another_along() {
    let fixture = fixture();
    fixture.wal().await;
    let sql = |rows: u64| format!("{ENDLESS} SELECT count(*) FROM (SELECT i FROM n LIMIT {rows})");
    for _ in 0..3 {
        let (gone, stays) = (fixture.connect(), fixture.connect());
        let endless = format!("{ENDLESS} SELECT count(*) FROM n");
        let query = tokio::spawn(async move { gone.execute(endless, vec![]).await.is_ok() });
        tokio::time::sleep(Duration::from_millis(5)).await;
        let other = tokio::spawn(async move { integer(&stays, &sql(300_000)).await });
        query.abort();
        let _ = query.await;
        assert_eq!(other.await.unwrap(), 300_000);
        // Neither does one that borrows the same reader afterwards.
        assert_eq!(integer(&fixture.connect(), &sql(300_000)).await, 300_000);
    }
}

#[tokio::test]
async fn writers_take_turns_in_order() {
    let fixture = fixture();
    let first = fixture.wal().await;
    all(&first, "CREATE TABLE t (x INTEGER)", vec![]).await.unwrap();
    all(&first, "BEGIN IMMEDIATE", vec![]).await.unwrap();
    let mut waiting = Vec::new();
    for number in 0..20 {
        let db = fixture.connect();
        waiting.push(tokio::spawn(async move {
            all(&db, if number % 2 == 0 { "begin  immediate" } else { "BEGIN EXCLUSIVE" }, vec![]).await.unwrap();
            all(&db, "INSERT INTO t VALUES (?1)", vec![Value::Integer(number)]).await.unwrap();
            // Whoever goes without a word must not keep its turn.
            if number % 5 != 0 {
                all(&db, "COMMIT", vec![]).await.unwrap();
            }
        }));
        // It stands in line now.
        tokio::task::yield_now().await;
    }
    all(&first, "COMMIT", vec![]).await.unwrap();
    for writer in waiting {
        writer.await.unwrap();
    }
    let order = "SELECT group_concat(x) FROM t ORDER BY rowid";
    let rows = all(&first, order, vec![]).await.unwrap().1;
    let expected: Vec<_> = (0..20).filter(|number| number % 5 != 0).map(|number: u32| number.to_string()).collect();
    assert!(matches!(&rows[0].values[0], Value::Text(text) if *text == expected.join(",")), "{rows:?}");
}

#[tokio::test]
async fn a_writer_waits_no_longer_than_it_wants_to() {
    let fixture = fixture();
    let (first, second) = (fixture.wal().await, fixture.connect());
    all(&first, "CREATE TABLE t (x)", vec![]).await.unwrap();
    all(&first, "BEGIN IMMEDIATE", vec![]).await.unwrap();
    all(&second, "PRAGMA busy_timeout = 20", vec![]).await.unwrap();
    for sql in ["BEGIN IMMEDIATE", "INSERT INTO t VALUES (1)"] {
        let error = all(&second, sql, vec![]).await.unwrap_err();
        assert!(matches!(&error, Error::Io(text) if text == "database is locked"), "{sql}: {error:?}");
    }
    // The words are SQLite's own: what waits half-way through gets them from there.
    all(&second, "BEGIN", vec![]).await.unwrap();
    let error = all(&second, "INSERT INTO t VALUES (1)", vec![]).await.unwrap_err();
    assert!(matches!(&error, Error::Io(text) if text == "database is locked"), "{error:?}");
    all(&second, "ROLLBACK", vec![]).await.unwrap();
    all(&first, "ROLLBACK", vec![]).await.unwrap();
    all(&second, "INSERT INTO t VALUES (1)", vec![]).await.unwrap();
}

#[tokio::test]
async fn defaults_are_those_of_spin() {
    let fixture = fixture();
    let db = fixture.connect();
    assert_eq!(integer(&db, "PRAGMA foreign_keys").await, 1);
    assert_eq!(integer(&db, "PRAGMA busy_timeout").await, 5000);
    assert_eq!(integer(&db, "PRAGMA synchronous").await, 2);
}

#[tokio::test]
async fn a_long_query_leaves_the_async_thread() {
    let fixture = fixture();
    let db = fixture.wal().await;
    let sql = format!("{ENDLESS} SELECT count(*) FROM (SELECT i FROM n LIMIT 2000000)");
    let query = tokio::spawn(async move { integer(&db, &sql).await });
    // One thread serves this test, so it ticks only if the query does not hold it.
    let mut ticks = 0;
    while !query.is_finished() {
        tokio::time::sleep(Duration::from_millis(1)).await;
        ticks += 1;
    }
    assert_eq!(query.await.unwrap(), 2_000_000);
    assert!(ticks > 5, "{ticks}");
}

#[tokio::test]
async fn a_query_for_a_guest_that_is_gone_is_interrupted() {
    let fixture = fixture();
    let db = fixture.connect();
    let sql = format!("{ENDLESS} SELECT count(*) FROM n");
    let query = tokio::spawn(async move { db.execute(sql, vec![]).await.is_ok() });
    tokio::time::sleep(Duration::from_millis(50)).await;
    query.abort();
    let _ = query.await;
    // The runtime's end waits for its threads: an endless statement would hang this test.
}

#[test]
fn there_is_one_database_and_a_broken_one_is_reported() {
    assert!(fixture().databases.connect("other").is_none());
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("broken.db");
    std::fs::write(&path, "this is no database, whatever its name says").unwrap();
    let error = Databases::new(path).err().unwrap().to_string();
    assert!(error.contains("broken.db") && error.contains("--state-dir"), "{error}");
}
