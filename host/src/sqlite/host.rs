//! The interface's functions, on the connections that a guest holds.

use wasmtime::component::{Accessor, FutureReader, HasSelf, Resource, StreamReader};

use super::MAX_CONNECTIONS;
use super::connection::Connection;
use super::rows::Batches;
use super::statement::{Executed, Rows};
use crate::bindings::spin::sqlite::sqlite::{
    Error, Host, HostConnection, HostConnectionWithStore, QueryResult, RowResult, Value,
};
use crate::instance::Guest;

type Streams = (Vec<String>, StreamReader<RowResult>, FutureReader<Result<(), Error>>);

impl Guest {
    fn connect(&mut self, database: &str) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        if !self.component.sqlite_databases.contains(database) {
            return Ok(Err(Error::AccessDenied));
        }
        let Some(connection) = self.databases.connect(database) else {
            return Ok(Err(Error::NoSuchDatabase));
        };
        if self.connections >= MAX_CONNECTIONS {
            return Ok(Err(Error::Io("too many connections opened".to_owned())));
        }
        self.connections += 1;
        Ok(Ok(self.table.push(connection)?))
    }

    fn connection(&self, held: &Resource<Connection>) -> wasmtime::Result<Connection> {
        Ok(self.table.get(held)?.clone())
    }
}

impl Host for Guest {}

impl HostConnection for Guest {
    async fn open(&mut self, database: String) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        self.connect(&database)
    }

    async fn execute(
        &mut self,
        held: Resource<Connection>,
        statement: String,
        parameters: Vec<Value>,
    ) -> wasmtime::Result<Result<QueryResult, Error>> {
        let connection = self.connection(&held)?;
        Ok(match connection.execute(statement, parameters).await {
            Ok(executed) => collect(executed).await,
            Err(error) => Err(error),
        })
    }

    async fn last_insert_rowid(&mut self, held: Resource<Connection>) -> wasmtime::Result<i64> {
        let connection = self.connection(&held)?;
        Ok(connection.last_insert_rowid().await?)
    }

    async fn changes(&mut self, held: Resource<Connection>) -> wasmtime::Result<u64> {
        let connection = self.connection(&held)?;
        Ok(connection.changes().await?)
    }

    async fn drop(&mut self, held: Resource<Connection>) -> wasmtime::Result<()> {
        self.table.delete(held)?;
        self.connections = self.connections.saturating_sub(1);
        Ok(())
    }
}

impl<T> HostConnectionWithStore<T> for HasSelf<Guest> {
    async fn open_async(
        accessor: &Accessor<T, Self>,
        database: String,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        accessor.with(|mut access| access.get().connect(&database))
    }

    async fn execute_async(
        accessor: &Accessor<T, Self>,
        held: Resource<Connection>,
        statement: String,
        parameters: Vec<Value>,
    ) -> wasmtime::Result<Result<Streams, Error>> {
        let connection = accessor.with(|mut access| access.get().connection(&held))?;
        let Executed { columns, rows } = match connection.execute(statement, parameters).await {
            Ok(executed) => executed,
            Err(error) => return Ok(Err(error)),
        };
        accessor.with(|mut access| {
            let (rows, end) = match rows {
                Rows::Complete(rows, end) => {
                    let end = async move { wasmtime::error::Ok(end) };
                    (StreamReader::new(&mut access, rows)?, FutureReader::new(&mut access, end)?)
                }
                Rows::Streaming(first, rest, end) => {
                    let end = async move { wasmtime::error::Ok(ended(end.await)) };
                    let rows = Batches::new(first, rest);
                    (StreamReader::new(&mut access, rows)?, FutureReader::new(&mut access, end)?)
                }
            };
            Ok(Ok((columns, rows, end)))
        })
    }

    async fn last_insert_rowid_async(
        accessor: &Accessor<T, Self>,
        held: Resource<Connection>,
    ) -> wasmtime::Result<i64> {
        let connection = accessor.with(|mut access| access.get().connection(&held))?;
        Ok(connection.last_insert_rowid().await?)
    }

    async fn changes_async(accessor: &Accessor<T, Self>, held: Resource<Connection>) -> wasmtime::Result<u64> {
        let connection = accessor.with(|mut access| access.get().connection(&held))?;
        Ok(connection.changes().await?)
    }
}

/// All rows of a result in memory, for the synchronous `execute`.
async fn collect(executed: Executed) -> Result<QueryResult, Error> {
    let rows = match executed.rows {
        Rows::Complete(rows, end) => end.map(|()| rows)?,
        Rows::Streaming(mut rows, mut rest, end) => {
            while let Some(batch) = rest.recv().await {
                rows.extend(batch);
            }
            ended(end.await)?;
            rows
        }
    };
    Ok(QueryResult { columns: executed.columns, rows })
}

fn ended<E>(end: Result<Result<(), Error>, E>) -> Result<(), Error> {
    end.unwrap_or_else(|_| Err(Error::Io("the statement was given up".to_owned())))
}
