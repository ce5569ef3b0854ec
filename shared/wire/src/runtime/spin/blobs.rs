//! The blob driver over `spin:key-value`, store `default`.

use iam_domain::error::{Error, Result};
use iam_domain::store::{Blobs, LocalFuture};
use spin_sdk::key_value::Store;

/// The key-value store `default` of the component. It is opened at each use: pictures are no hot path.
pub(super) struct SpinBlobs;

impl Blobs for SpinBlobs {
    fn get<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<Option<Vec<u8>>>> {
        Box::pin(async move { open().await?.get(name).await.map_err(failed) })
    }

    fn set<'a>(&'a self, name: &'a str, bytes: &'a [u8]) -> LocalFuture<'a, Result<()>> {
        Box::pin(async move { open().await?.set(name, bytes).await.map_err(failed) })
    }

    fn delete<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<()>> {
        Box::pin(async move { open().await?.delete(name).await.map_err(failed) })
    }
}

async fn open() -> Result<Store> {
    Store::open_default().await.map_err(failed)
}

#[allow(clippy::needless_pass_by_value, reason = "used as a function for map_err")]
fn failed(error: spin_sdk::key_value::Error) -> Error {
    Error::internal(format!("key-value store default: {error}"))
}
