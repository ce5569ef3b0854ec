//! Folders and files that are this user's alone, whatever the umask and whoever made them.

use std::fs;
use std::io;
use std::path::Path;

/// Whose a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// This user's; nobody else can look into it.
    Us,
    /// Another user's.
    Other,
}

/// Makes files that this process creates from now on unreadable for others.
#[cfg(unix)]
pub fn close_new_files() {
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}

/// Makes the folder if there is none, and closes it to others if it is this user's.
#[cfg(unix)]
pub fn folder(path: &Path) -> io::Result<Owner> {
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    let found = fs::metadata(path)?;
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Ok(Owner::Other);
    }
    if found.mode() & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    Ok(Owner::Us)
}

/// Other systems have no such permissions.
#[cfg(not(unix))]
pub fn close_new_files() {}

/// Makes the folder if there is none.
#[cfg(not(unix))]
pub fn folder(path: &Path) -> io::Result<Owner> {
    fs::create_dir_all(path).map(|()| Owner::Us)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[track_caller]
    fn assert_mode(path: &Path, mode: u32) {
        assert_eq!(fs::metadata(path).expect("a folder").permissions().mode() & 0o777, mode);
    }

    #[test]
    fn folders_are_made_closed_and_open_ones_are_closed() {
        let dir = tempfile::tempdir().unwrap();
        let (new, open) = (dir.path().join("a/b"), dir.path().join("open"));
        assert_eq!(folder(&new).unwrap(), Owner::Us);
        assert_mode(&new, 0o700);
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
        assert_eq!(folder(&open).unwrap(), Owner::Us);
        assert_mode(&open, 0o700);
    }

    #[test]
    fn what_is_no_folder_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("file"), "").unwrap();
        assert!(folder(&dir.path().join("file")).is_err());
    }
}
