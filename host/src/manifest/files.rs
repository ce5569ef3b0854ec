//! `files` of a component: folders of the host that a guest may read.

use std::path::{Path, PathBuf};

use super::raw::File;
use crate::error::{Result, fail};

/// A folder of the host under a path of the guest, for reading only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Folder on the host.
    pub host: PathBuf,
    /// Absolute path in the guest.
    pub guest: String,
}

pub(super) fn mounts(files: &[File], root: &Path, context: &str) -> Result<Vec<Mount>> {
    files.iter().map(|file| mount(file, root, context)).collect()
}

fn mount(file: &File, root: &Path, context: &str) -> Result<Mount> {
    let (source, destination) = match file {
        File::Placement { source, destination } => (source, destination),
        File::Pattern(pattern) => {
            return fail!(
                "{context}, files: patterns like {pattern:?} are not supported; write {{ source = \
                 \"folder\", destination = \"/folder\" }}"
            );
        }
    };
    let host = root.join(source);
    if !host.is_dir() {
        return fail!("{context}, files: {} is not a folder", host.display());
    }
    if !destination.starts_with('/') {
        return fail!("{context}, files: destination {destination:?} must start with /");
    }
    Ok(Mount { host, guest: destination.clone() })
}
