//! Unit of work: all writes of a request in one transaction, its audit event included.

use super::db::{Connection, DbError, LocalFuture};
use super::events::audit::{self, AuditEvent};
use super::pool::{Exec, Pool};
use super::query::Sql;
use super::value::{Row, Value};
use crate::error::{Error, Result};

/// An open transaction. [`UnitOfWork::save`] makes it last; dropped without it, nothing happened.
///
/// While it is open the database takes no other writer: no hashing, no key generation, no outbound call in between.
pub struct UnitOfWork<'p> {
    pool: &'p Pool,
    /// `None` only while being saved.
    connection: Option<Box<dyn Connection>>,
}

impl Pool {
    /// Begins a unit of work, waiting a bounded time for other writers (then [`DbError::Busy`]).
    pub async fn begin(&self) -> Result<UnitOfWork<'_>, DbError> {
        if let Some(connection) = self.idle_writer() {
            match self.begin_on(connection).await {
                // It went stale while it was idle; a new one may do.
                Err(error) if error != DbError::Busy => {}
                other => return other,
            }
        }
        let connection = self.new_writer().await?;
        self.begin_on(connection).await
    }

    async fn begin_on(&self, connection: Box<dyn Connection>) -> Result<UnitOfWork<'_>, DbError> {
        self.count_statement();
        // A deferred transaction that becomes a writer half-way may fail for good; this one waits at the start.
        connection.execute("BEGIN IMMEDIATE", Vec::new()).await?;
        Ok(UnitOfWork { pool: self, connection: Some(connection) })
    }
}

impl UnitOfWork<'_> {
    /// Writes the audit event and commits.
    pub async fn save(mut self, event: AuditEvent) -> Result<()> {
        audit::insert(&self, event).await?;
        self.commit().await
    }

    /// Commits housekeeping that nobody asked for, so that there is nobody to audit (expired rows, throttle counters).
    pub async fn save_unaudited(mut self) -> Result<()> {
        self.commit().await
    }

    async fn commit(&mut self) -> Result<()> {
        let Some(connection) = self.connection.take() else {
            return Err(Error::internal("unit of work saved twice"));
        };
        self.pool.count_statement();
        connection.execute("COMMIT", Vec::new()).await?;
        self.pool.give_back_writer(connection);
        Ok(())
    }
}

impl UnitOfWork<'_> {
    async fn execute(&self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>, DbError> {
        let Some(connection) = &self.connection else {
            return Err(DbError::Other("the unit of work has ended".into()));
        };
        self.pool.count_statement();
        connection.execute(sql, params).await
    }
}

impl Exec for UnitOfWork<'_> {
    fn run<'a>(&'a self, sql: &'static str, params: Vec<Value>) -> LocalFuture<'a, Result<Vec<Row>, DbError>> {
        Box::pin(self.execute(sql, params))
    }

    fn run_built<'a>(&'a self, sql: &'a Sql) -> LocalFuture<'a, Result<Vec<Row>, DbError>> {
        Box::pin(self.execute(sql.text(), sql.params().to_vec()))
    }
}

#[cfg(test)]
#[cfg(feature = "native")]
#[path = "work_tests.rs"]
mod tests;
