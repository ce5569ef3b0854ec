//! The state folder: databases, cache, and the lock that keeps a second host out.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::{Result, fail};
use crate::private::{self, Owner};

/// An open state folder. The lock lives as long as this value.
#[derive(Debug)]
pub struct StateDir {
    path: PathBuf,
    _lock: File,
}

impl StateDir {
    /// Creates the folder if needed and takes its lock.
    pub fn open(path: &Path) -> Result<Self> {
        let shown = path.display();
        match private::folder(path) {
            Ok(Owner::Us) => {}
            Ok(Owner::Other) => {
                tracing::warn!("the state folder {shown} belongs to another user, who can read all credentials in it");
            }
            Err(error) => {
                return fail!("cannot create the state folder {shown}: {error}; choose another with --state-dir");
            }
        }
        let lock_path = path.join("host.lock");
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&lock_path);
        let lock = match lock {
            Ok(lock) => lock,
            Err(error) => {
                return fail!(
                    "cannot write to the state folder {shown}: {error}; give this user write \
                     permission or choose another with --state-dir"
                );
            }
        };
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => fail!(
                "another edge-iam-host is running on the state folder {shown}; stop it, or choose \
                 another folder with --state-dir"
            ),
            Err(TryLockError::Error(error)) => {
                fail!("cannot lock {}: {error}; the folder must be on a file system with locks", lock_path.display())
            }
        }
    }

    /// The default `SQLite` database, under the name that Spin gives it.
    pub fn sqlite(&self) -> PathBuf {
        self.path.join("sqlite_db.db")
    }

    /// The default key-value store, under the name that Spin gives it.
    pub fn key_value(&self) -> PathBuf {
        self.path.join("sqlite_key_value.db")
    }

    /// Default place of compiled components.
    pub fn cache(&self) -> PathBuf {
        self.path.join("cache")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_second_host_is_refused_until_the_first_ends() {
        let dir = tempfile::tempdir().unwrap();
        let first = StateDir::open(dir.path()).unwrap();
        let error = StateDir::open(dir.path()).unwrap_err().to_string();
        assert!(error.contains("another edge-iam-host"), "{error}");
        drop(first);
        StateDir::open(dir.path()).unwrap();
    }

    #[test]
    fn a_file_in_the_way_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state");
        fs::write(&path, "").unwrap();
        let error = StateDir::open(&path).unwrap_err().to_string();
        assert!(error.contains("--state-dir"), "{error}");
    }
}
