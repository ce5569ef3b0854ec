//! `SQLite`, key-value store and variables.

use std::cell::OnceCell;
use std::rc::Rc;

use spin_sdk::key_value::Store;
use spin_sdk::sqlite::{Connection, Value};

use crate::{Outcome, number};

thread_local! {
    /// A connection that outlives the request, as the real components keep one.
    static KEPT: OnceCell<Rc<Connection>> = const { OnceCell::new() };
}

fn text(error: impl std::fmt::Debug) -> String {
    format!("{error:?}")
}

async fn open() -> Result<Connection, String> {
    Connection::open_default().await.map_err(text)
}

/// Runs a statement to its end and shows its rows.
async fn run(db: &Connection, sql: &str, parameters: Vec<Value>) -> Result<Vec<Vec<Value>>, String> {
    let result = db.execute(sql, parameters).await.map_err(text)?;
    let rows = result.collect().await.map_err(text)?;
    Ok(rows.into_iter().map(|row| row.values).collect())
}

/// One value of each type there and back, with rowid and changes.
pub async fn types() -> Outcome {
    let db = open().await?;
    run(&db, "CREATE TEMP TABLE t (i, r, s, b, n)", vec![]).await?;
    let values = vec![
        Value::Integer(i64::MIN),
        Value::Real(0.5),
        Value::Text("grüße".to_owned()),
        Value::Blob(vec![0, 255]),
        Value::Null,
    ];
    run(&db, "INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5)", values).await?;
    let (rowid, changes) = (db.last_insert_rowid().await, db.changes().await);
    let result = db.execute("SELECT *, typeof(b) AS kind FROM t", []).await.map_err(text)?;
    let columns = result.columns().join(",");
    let rows = result.collect().await.map_err(text)?;
    Ok(format!("{rowid} {changes} {columns} {:?}", rows.first().map(|row| &row.values)))
}

/// Streams many rows and sums them up.
pub async fn rows(query: &str) -> Outcome {
    let db = open().await?;
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) SELECT i FROM n";
    let wanted = i64::try_from(number(query)).unwrap_or(0);
    let mut result = db.execute(sql, [Value::Integer(wanted)]).await.map_err(text)?;
    let (mut count, mut sum) = (0_u64, 0_i64);
    while let Some(row) = result.next().await {
        count += 1;
        sum += row.get::<i64>(0).unwrap_or(0);
    }
    result.result().await.map_err(text)?;
    Ok(format!("{count} {sum}"))
}

/// Collects a row for each size of the list in the query; tells how many came and their bytes.
pub async fn sized(sizes: &str) -> Outcome {
    let db = open().await?;
    let sql = "SELECT zeroblob(value) FROM json_each('[' || ?1 || ']')";
    let rows = run(&db, sql, vec![Value::Text(sizes.to_owned())]).await?;
    let bytes: usize = rows
        .iter()
        .flatten()
        .map(|value| match value {
            Value::Blob(blob) => blob.len(),
            _ => 0,
        })
        .sum();
    Ok(format!("{} {bytes}", rows.len()))
}

/// Drops an endless result after its first row; the connection must be usable again.
pub async fn peek() -> Outcome {
    let db = open().await?;
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
    let mut result = db.execute(sql, []).await.map_err(text)?;
    let first = result.next().await.and_then(|row| row.get::<i64>(0));
    drop(result);
    let again = run(&db, "SELECT 2", vec![]).await?;
    Ok(format!("{first:?} {again:?}"))
}

/// Tells where the error of a bad statement shows.
pub async fn error() -> Outcome {
    let db = open().await?;
    match db.execute("SELECT nonsense", []).await {
        Err(error) => Ok(format!("execute: {error:?}")),
        Ok(result) => Ok(format!("result: {:?}", result.collect().await.err())),
    }
}

pub async fn open_database(name: &str) -> Outcome {
    Connection::open(name).await.map(|_| "opened".to_owned()).map_err(text)
}

pub async fn first_statement_only() -> Outcome {
    let db = open().await?;
    run(&db, "CREATE TEMP TABLE a (x); CREATE TEMP TABLE b (x)", vec![]).await?;
    let tables = run(&db, "SELECT name FROM temp.sqlite_master", vec![]).await?;
    Ok(format!("{tables:?}"))
}

/// One statement on a connection of its own.
pub async fn one_fresh() -> Outcome {
    let db = open().await?;
    run(&db, "SELECT 1", vec![]).await.map(|rows| format!("{rows:?}"))
}

/// One statement on the connection that the instance keeps.
pub async fn one_kept() -> Outcome {
    let db = if let Some(db) = KEPT.with(|kept| kept.get().cloned()) {
        db
    } else {
        let db = Rc::new(open().await?);
        KEPT.with(|kept| kept.get_or_init(|| db).clone())
    };
    run(&db, "SELECT 1", vec![]).await.map(|rows| format!("{rows:?}"))
}

const WAL: &str = "PRAGMA journal_mode = WAL";
const TABLE: &str = "CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)";

/// One durable insert.
pub async fn insert() -> Outcome {
    let db = open().await?;
    run(&db, WAL, vec![]).await?;
    run(&db, TABLE, vec![]).await?;
    let rows = run(&db, "INSERT INTO probe (n) VALUES (1) RETURNING id", vec![]).await?;
    Ok(format!("{rows:?}"))
}

/// Reads and writes a counter in one transaction.
pub async fn increment() -> Outcome {
    let db = open().await?;
    run(&db, WAL, vec![]).await?;
    run(&db, TABLE, vec![]).await?;
    run(&db, "BEGIN IMMEDIATE", vec![]).await?;
    run(&db, "INSERT INTO probe VALUES (0, 0) ON CONFLICT DO NOTHING", vec![]).await?;
    let rows = run(&db, "SELECT n FROM probe WHERE id = 0", vec![]).await?;
    let Some(Some(Value::Integer(n))) = rows.first().map(|row| row.first()) else {
        return Err("no counter".to_owned());
    };
    run(&db, "UPDATE probe SET n = ?1 WHERE id = 0", vec![Value::Integer(n + 1)]).await?;
    run(&db, "COMMIT", vec![]).await?;
    Ok((n + 1).to_string())
}

/// Every operation of the key-value store.
pub async fn key_value() -> Outcome {
    let store = Store::open_default().await.map_err(text)?;
    let missing = store.get("missing").await.map_err(text)?;
    store.set("a", b"1").await.map_err(text)?;
    store.set("a", b"2").await.map_err(text)?;
    store.set("b", b"3").await.map_err(text)?;
    let a = store.get("a").await.map_err(text)?;
    let mut keys = store.get_keys().await.collect().await.map_err(text)?;
    keys.sort();
    store.delete("b").await.map_err(text)?;
    store.delete("b").await.map_err(text)?;
    let b = store.exists("b").await.map_err(text)?;
    Ok(format!("{missing:?} {a:?} {keys:?} {b}"))
}

/// How many different keys a listing brings.
pub async fn keys() -> Outcome {
    let store = Store::open_default().await.map_err(text)?;
    let mut keys = store.get_keys().await.collect().await.map_err(text)?;
    keys.sort();
    keys.dedup();
    Ok(keys.len().to_string())
}

pub async fn open_store(name: &str) -> Outcome {
    Store::open(name).await.map(|_| "opened".to_owned()).map_err(text)
}

pub async fn variable(name: &str) -> Outcome {
    spin_sdk::variables::get(name).await.map_err(text)
}
