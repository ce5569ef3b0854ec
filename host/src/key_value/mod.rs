//! `spin:key-value`: the default store, in an `SQLite` file laid out as Spin lays it out.

mod db;
mod host;

pub use db::KeyValueDb;

/// A store that a guest has opened.
#[derive(Clone, Debug)]
pub struct Store {
    /// Its label in the manifest.
    pub name: String,
}

#[cfg(test)]
mod tests;
