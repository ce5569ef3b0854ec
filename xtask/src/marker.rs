//! `bootstrap.json` in the state folder: whether first credentials were made. No secret is in it.

use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// What an earlier start left behind.
#[derive(Debug, PartialEq, Eq)]
pub enum Marker {
    /// Nothing.
    None,
    /// It made credentials and ended before it could show them.
    Pending,
    /// Credentials of this client id were made and shown.
    Shown(String),
}

impl Marker {
    /// Reads the marker of a state folder.
    pub fn read(state_dir: &Path) -> Result<Self> {
        let path = file(state_dir);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            // A file in place of the folder: the host says so, better than we could here.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(Self::None);
            }
            Err(error) => {
                return Err(error).with_context(|| {
                    format!("{} cannot be read; choose another folder with --state-dir", path.display())
                });
            }
        };
        let value: Value = serde_json::from_str(&text)
            .with_context(|| format!("{} is damaged: remove it, or the whole folder", path.display()))?;
        let shown = value.get("shown").and_then(Value::as_bool) == Some(true);
        match value.get("client_id").and_then(Value::as_str) {
            Some(client_id) if shown => Ok(Self::Shown(client_id.to_owned())),
            _ => Ok(Self::Pending),
        }
    }

    /// Notes that credentials are about to be made.
    pub fn write_pending(state_dir: &Path) -> Result<()> {
        write(state_dir, &json!({ "shown": false }))
    }

    /// Notes that credentials were made and are being shown.
    pub fn write_shown(state_dir: &Path, client_id: &str) -> Result<()> {
        write(state_dir, &json!({ "shown": true, "client_id": client_id }))
    }
}

fn file(state_dir: &Path) -> PathBuf {
    state_dir.join("bootstrap.json")
}

fn write(state_dir: &Path, value: &Value) -> Result<()> {
    let fresh = state_dir.join("bootstrap.json.new");
    let attempt = || -> std::io::Result<()> {
        // The host puts the credentials of all tenants into it.
        fs::DirBuilder::new().recursive(true).mode(0o700).create(state_dir)?;
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        writeln!(options.open(&fresh)?, "{value}")?;
        fs::rename(&fresh, file(state_dir))
    };
    attempt().with_context(|| {
        format!(
            "the state folder {} cannot be written; give this user the permission or choose another with --state-dir",
            state_dir.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    #[test]
    fn the_marker_goes_from_none_to_shown() {
        let folder = folder("marker");
        assert_eq!(Marker::read(&folder).unwrap(), Marker::None);
        Marker::write_pending(&folder).unwrap();
        assert_eq!(Marker::read(&folder).unwrap(), Marker::Pending);
        Marker::write_shown(&folder, "123").unwrap();
        assert_eq!(Marker::read(&folder).unwrap(), Marker::Shown("123".into()));
        let mode = fs::metadata(file(&folder)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_damaged_marker_is_named() {
        let folder = folder("damaged");
        fs::create_dir_all(&folder).unwrap();
        fs::write(file(&folder), "{").unwrap();
        let error = format!("{:#}", Marker::read(&folder).unwrap_err());
        assert!(error.contains("bootstrap.json is damaged"), "{error}");
        fs::remove_dir_all(folder).unwrap();
    }
}
