use super::*;
use crate::store::testing::{Scratch, Still, ready};

/// Counts openings; while `is_broken`, every statement on every connection fails as on a lost libSQL stream.
struct Flaky {
    inner: Rc<dyn Database>,
    opened: Cell<u32>,
    is_broken: Rc<Cell<bool>>,
}

struct FlakyConnection(Box<dyn Connection>, Rc<Cell<bool>>);

impl Database for Flaky {
    fn open(&self) -> LocalFuture<'_, Result<Box<dyn Connection>, DbError>> {
        Box::pin(async {
            self.opened.set(self.opened.get() + 1);
            // A new connection works: only those from before are lost.
            let is_broken = Rc::new(Cell::new(false));
            let shared = if self.opened.get() == 1 { Rc::clone(&self.is_broken) } else { is_broken };
            Ok(Box::new(FlakyConnection(self.inner.open().await?, shared)) as Box<dyn Connection>)
        })
    }
}

impl Connection for FlakyConnection {
    fn execute<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> LocalFuture<'a, Result<Vec<Row>, DbError>> {
        if self.1.get() {
            return Box::pin(async { Err(DbError::Other("stream closed".into())) });
        }
        self.0.execute(sql, params)
    }
}

fn flaky(scratch: &Scratch) -> Rc<Flaky> {
    Rc::new(Flaky { inner: scratch.database(), opened: Cell::new(0), is_broken: Rc::default() })
}

const READ: &str = "SELECT count(*) FROM organization";

#[test]
fn connections_are_kept_between_requests() {
    let scratch = Scratch::migrated();
    let database = flaky(&scratch);
    let pool = Pool::new(database.clone());
    for _ in 0..5 {
        ready(pool.run(READ, vec![])).unwrap();
        ready(ready(pool.begin()).unwrap().save_unaudited()).unwrap();
    }
    assert_eq!(database.opened.get(), 2, "one to read, one to write");
}

#[test]
fn nothing_is_opened_before_it_is_needed_and_migrations_run_once() {
    let scratch = Scratch::migrated();
    let database = flaky(&scratch);
    let pool = Pool::new(database.clone());
    assert_eq!(database.opened.get(), 0);
    ready(pool.prepare(&Still)).unwrap();
    ready(pool.prepare(&Still)).unwrap();
    assert_eq!(database.opened.get(), 1);
}

#[test]
fn a_writer_that_went_stale_is_replaced() {
    let scratch = Scratch::migrated();
    let database = flaky(&scratch);
    let pool = Pool::new(database.clone());
    ready(ready(pool.begin()).unwrap().save_unaudited()).unwrap();
    database.is_broken.set(true);
    ready(ready(pool.begin()).unwrap().save_unaudited()).unwrap();
    assert_eq!(database.opened.get(), 2);
}

#[test]
fn a_reader_that_failed_is_not_used_again() {
    let scratch = Scratch::migrated();
    let database = flaky(&scratch);
    let pool = Pool::new(database.clone());
    ready(pool.run(READ, vec![])).unwrap();
    database.is_broken.set(true);
    assert!(ready(pool.run(READ, vec![])).is_err());
    ready(pool.run(READ, vec![])).unwrap();
    assert_eq!(database.opened.get(), 2);
}
