//! The interface's functions, on the stores that a guest has opened.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use wasmtime::component::{Accessor, FutureReader, HasSelf, Resource, StreamReader};

use super::{KeyValueDb, Store};
use crate::bindings::spin::key_value::key_value::{Error, Host, HostStore, HostStoreWithStore};
use crate::instance::Guest;
use crate::manifest::DEFAULT_STORE;
use crate::sqlite::Batches;

/// Keys read at a time.
const PAGE: u32 = 256;

type Keys = (StreamReader<String>, FutureReader<Result<(), Error>>);

impl Host for Guest {}

impl HostStore for Guest {
    async fn drop(&mut self, held: Resource<Store>) -> wasmtime::Result<()> {
        self.table.delete(held)?;
        Ok(())
    }
}

impl<T> HostStoreWithStore<T> for HasSelf<Guest> {
    async fn open(accessor: &Accessor<T, Self>, label: String) -> wasmtime::Result<Result<Resource<Store>, Error>> {
        accessor.with(|mut access| {
            let guest = access.get();
            if !guest.component.key_value_stores.contains(&label) {
                return Ok(Err(Error::AccessDenied));
            }
            if label != DEFAULT_STORE {
                return Ok(Err(Error::NoSuchStore));
            }
            Ok(Ok(guest.table.push(Store { name: label })?))
        })
    }

    async fn get(
        accessor: &Accessor<T, Self>,
        held: Resource<Store>,
        key: String,
    ) -> wasmtime::Result<Result<Option<Vec<u8>>, Error>> {
        let (db, store) = store(accessor, &held)?;
        Ok(db.get(store, key).await)
    }

    async fn set(
        accessor: &Accessor<T, Self>,
        held: Resource<Store>,
        key: String,
        value: Vec<u8>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let (db, store) = store(accessor, &held)?;
        Ok(db.set(store, key, value).await)
    }

    async fn delete(
        accessor: &Accessor<T, Self>,
        held: Resource<Store>,
        key: String,
    ) -> wasmtime::Result<Result<(), Error>> {
        let (db, store) = store(accessor, &held)?;
        Ok(db.delete(store, key).await)
    }

    async fn exists(
        accessor: &Accessor<T, Self>,
        held: Resource<Store>,
        key: String,
    ) -> wasmtime::Result<Result<bool, Error>> {
        let (db, store) = store(accessor, &held)?;
        Ok(db.exists(store, key).await)
    }

    async fn get_keys(accessor: &Accessor<T, Self>, held: Resource<Store>) -> wasmtime::Result<Keys> {
        let (db, store) = store(accessor, &held)?;
        let (send_keys, keys) = mpsc::channel(2);
        let (send_end, end) = oneshot::channel();
        tokio::spawn(async move {
            let _ = send_end.send(send_all(&db, &store, &send_keys).await);
        });
        accessor.with(|mut access| {
            let end = async move {
                let given_up = || Err(Error::Other("the listing was given up".to_owned()));
                wasmtime::error::Ok(end.await.unwrap_or_else(|_| given_up()))
            };
            let keys = StreamReader::new(&mut access, Batches::new(Vec::new(), keys))?;
            Ok((keys, FutureReader::new(&mut access, end)?))
        })
    }
}

fn store<T>(
    accessor: &Accessor<T, HasSelf<Guest>>,
    held: &Resource<Store>,
) -> wasmtime::Result<(Arc<KeyValueDb>, String)> {
    accessor.with(|mut access| {
        let guest = access.get();
        Ok((guest.key_value.clone(), guest.table.get(held)?.name.clone()))
    })
}

/// Sends the keys page by page, until there are no more or nobody listens.
async fn send_all(db: &Arc<KeyValueDb>, store: &str, keys: &mpsc::Sender<Vec<String>>) -> Result<(), Error> {
    let mut after = None;
    loop {
        let page = db.keys(store.to_owned(), after, PAGE).await?;
        let Some(last) = page.last().cloned() else { return Ok(()) };
        if keys.send(page).await.is_err() {
            return Ok(());
        }
        after = Some(last);
    }
}
