//! Rows with a new random id.

use super::db::DbError;
use super::pool::Exec;
use super::value::Value;
use crate::rng::Rng;

/// How often an insert is tried with a new id. At a billion rows one collision is rare, five in a row do not happen.
const TRIES: usize = 5;

/// How often an insert of many rows is tried: at a hundred thousand at once, in a table of millions, every second one may
/// meet a collision.
const TRIES_OF_MANY: usize = 40;

/// Inserts one row under a new id. `sql` ends with `ON CONFLICT (id) DO NOTHING RETURNING id`; `draw` makes an id,
/// `params` the parameters for it.
pub(super) async fn insert_new<I: Copy>(
    exec: &dyn Exec,
    sql: &'static str,
    rng: &dyn Rng,
    draw: fn(&dyn Rng) -> I,
    params: impl Fn(I) -> Vec<Value>,
) -> Result<I, DbError> {
    for _ in 0..TRIES {
        let id = draw(rng);
        if !exec.run(sql, params(id)).await?.is_empty() {
            return Ok(id);
        }
    }
    Err(DbError::Other("no row was inserted under a new id".into()))
}

/// A new id, drawn by a statement that inserts many rows. Ids are no secrets.
macro_rules! drawn_id {
    () => {
        "100000000000 + abs(random() % 900000000000)"
    };
}
pub(super) use drawn_id;

/// Inserts any number of grants for which `sql` itself draws the ids ([`drawn_id`]), again
/// with other ids should one be taken: a statement that fails changes nothing.
pub(super) async fn insert_drawing(exec: &dyn Exec, sql: &'static str, params: Vec<Value>) -> Result<(), DbError> {
    for _ in 0..TRIES_OF_MANY {
        match exec.run(sql, params.clone()).await {
            Err(DbError::Unique(what)) if what == "role_grant.id" => {}
            other => return other.map(|_| ()),
        }
    }
    Err(DbError::Other("no rows were inserted under new ids".into()))
}
