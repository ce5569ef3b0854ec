//! Blobs as files of a folder, for the native runtime. Needs the feature `native`.

use std::io::ErrorKind;
use std::path::PathBuf;

use super::blobs::Blobs;
use super::db::LocalFuture;
use crate::error::{Error, Result};

/// A folder with a file for each blob.
#[derive(Debug, Clone)]
pub struct NativeBlobs(PathBuf);

impl NativeBlobs {
    /// Blobs in `folder`, which is made when the first one is stored.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }
}

impl Blobs for NativeBlobs {
    fn get<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<Option<Vec<u8>>>> {
        Box::pin(async move {
            match std::fs::read(self.0.join(name)) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
                Err(error) => Err(failed(&error)),
            }
        })
    }

    fn set<'a>(&'a self, name: &'a str, bytes: &'a [u8]) -> LocalFuture<'a, Result<()>> {
        Box::pin(async move {
            std::fs::create_dir_all(&self.0).map_err(|error| failed(&error))?;
            std::fs::write(self.0.join(name), bytes).map_err(|error| failed(&error))
        })
    }

    fn delete<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<()>> {
        Box::pin(async move {
            match std::fs::remove_file(self.0.join(name)) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(&error)),
                _ => Ok(()),
            }
        })
    }
}

fn failed(error: &std::io::Error) -> Error {
    Error::internal(format!("folder of blobs: {error}"))
}
