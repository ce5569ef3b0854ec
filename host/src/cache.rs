//! Compiled components on disk, so that a restart does not compile again.
//!
//! A file is named by component and by the hash of its `.wasm`, the engine's settings and version.
//! Another one beside it has its SHA-256, because wasmtime trusts what it loads: a damaged file must
//! be found out before it runs. The file itself is nothing but what wasmtime maps into memory, where
//! only the pages that are used take room, and none twice however many instances there are.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::private::{self, Owner};

const DIGEST: usize = 32;

/// Compiled forms kept of each component: the current one and a few builds back.
const KEPT: usize = 4;

/// A folder of compiled components.
pub struct Cache {
    /// `None`: nothing is read or kept.
    dir: Option<PathBuf>,
}

/// Where a loaded component came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// From the cache.
    Cached,
    /// Compiled now.
    Compiled,
}

impl Cache {
    /// Uses `dir`, made if needed. The cache only saves time, so a folder that cannot be made is
    /// told in the log and compilation goes on. So is one of another user, whose code would be run.
    pub fn new(dir: PathBuf) -> Self {
        let cause = match private::folder(&dir) {
            Ok(Owner::Us) => return Self { dir: Some(dir) },
            Ok(Owner::Other) => "it belongs to another user".to_owned(),
            Err(error) => error.to_string(),
        };
        tracing::warn!("no cache of compiled components in {}: {cause}", dir.display());
        Self { dir: None }
    }

    /// The component in `wasm`, from the cache or compiled and then cached.
    pub fn load(&self, engine: &Engine, id: &str, wasm: &[u8]) -> wasmtime::Result<(Component, Source)> {
        let Some(dir) = &self.dir else { return Ok((Component::new(engine, wasm)?, Source::Compiled)) };
        let path = dir.join(format!("{id}-{}.cwasm", key(engine, wasm)));
        if let Some(component) = read(engine, &path) {
            return Ok((component, Source::Cached));
        }
        let component = Component::new(engine, wasm)?;
        let compiled = component.serialize()?;
        if let Err(error) = write(&path, &compiled) {
            tracing::warn!("cannot cache the compiled component {id}: {error}");
        }
        prune(dir, id);
        Ok((component, Source::Compiled))
    }
}

/// Removes all but the newest compiled forms of a component.
fn prune(dir: &Path, id: &str) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    let mut files: Vec<_> = entries
        .flatten()
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let key = name.strip_prefix(id).and_then(|rest| rest.strip_prefix('-'));
            key.and_then(|key| key.strip_suffix(".cwasm"))
                .is_some_and(|key| key.len() == 2 * DIGEST && key.bytes().all(|b| b.is_ascii_hexdigit()))
        })
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort();
    let surplus = files.len().saturating_sub(KEPT);
    for (_, path) in files.into_iter().take(surplus) {
        let _ = fs::remove_file(digest_of(&path));
        let _ = fs::remove_file(path);
    }
}

fn key(engine: &Engine, wasm: &[u8]) -> String {
    let mut settings = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut settings);
    let mut hash = Sha256::new();
    hash.update(settings.finish().to_le_bytes());
    hash.update(wasm);
    hex(&hash.finalize())
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Where the digest of a compiled component is.
fn digest_of(compiled: &Path) -> PathBuf {
    compiled.with_extension("sha256")
}

/// SHA-256 of a file, piece by piece: the whole of it in memory would stay the process's.
fn digest(path: &Path) -> io::Result<String> {
    use std::io::Read as _;
    let mut file = fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 64 << 10];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hex(&hash.finalize())),
            length => hash.update(piece.get(..length).unwrap_or_default()),
        }
    }
}

fn read(engine: &Engine, path: &Path) -> Option<Component> {
    let expected = fs::read(digest_of(path)).ok()?;
    if digest(path).ok()?.into_bytes() != expected {
        tracing::warn!("{} is damaged; compiling again", path.display());
        return None;
    }
    // SAFETY: the file has what `Component::serialize` returned to `write` below: the digest says so
    // against accidents, and the folder is open to this user alone against intent. Nobody writes to
    // it while it is mapped: `write` renames a new file into its place.
    #[allow(unsafe_code, reason = "loading compiled code is what a cache is for")]
    let component = unsafe { Component::deserialize_file(engine, path) };
    match component {
        Ok(component) => Some(component),
        Err(error) => {
            tracing::warn!("{} does not fit: {error:#}; compiling again", path.display());
            None
        }
    }
}

/// Writes both files under temporary names and renames them, so that nobody ever reads half of one. Between the two,
/// the digest is missing or of another file, and whoever reads compiles.
fn write(path: &Path, compiled: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let put = |path: &Path, bytes: &[u8]| {
        fs::write(&temporary, bytes)?;
        fs::rename(&temporary, path)
    };
    put(path, compiled)?;
    put(&digest_of(path), hex(&Sha256::digest(compiled)).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The empty component, in binary form.
    const EMPTY: [u8; 8] = [0, b'a', b's', b'm', 0x0d, 0, 1, 0];

    fn files(dir: &Path) -> Vec<PathBuf> {
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    #[test]
    fn the_second_load_does_not_compile() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path().join("cache"));
        let engine = Engine::default();
        assert_eq!(cache.load(&engine, "a", &EMPTY).unwrap().1, Source::Compiled);
        assert_eq!(cache.load(&engine, "a", &EMPTY).unwrap().1, Source::Cached);
        assert_eq!(files(&dir.path().join("cache")).len(), 2, "no temporary file is left");
    }

    #[test]
    fn a_damaged_file_is_compiled_again() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path().to_owned());
        let engine = Engine::default();
        cache.load(&engine, "a", &EMPTY).unwrap();
        assert_eq!(files(dir.path()).len(), 2);
        for path in files(dir.path()) {
            let mut bytes = fs::read(&path).unwrap();
            *bytes.last_mut().unwrap() ^= 1;
            for damaged in [bytes.as_slice(), b"short"] {
                fs::write(&path, damaged).unwrap();
                assert_eq!(cache.load(&engine, "a", &EMPTY).unwrap().1, Source::Compiled);
            }
            fs::remove_file(&path).unwrap();
            assert_eq!(cache.load(&engine, "a", &EMPTY).unwrap().1, Source::Compiled);
        }
        assert_eq!(cache.load(&engine, "a", &EMPTY).unwrap().1, Source::Cached);
    }

    #[test]
    fn a_cache_that_cannot_be_written_is_not_fatal() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        let cache = Cache::new(file.join("cache"));
        assert_eq!(cache.load(&Engine::default(), "a", &EMPTY).unwrap().1, Source::Compiled);
    }

    #[test]
    fn old_builds_are_removed_and_only_of_the_same_component() {
        let dir = tempfile::tempdir().unwrap();
        let other = dir.path().join("a-b-1.cwasm");
        fs::write(&other, "").unwrap();
        for build in 0..9 {
            for kind in ["cwasm", "sha256"] {
                fs::write(dir.path().join(format!("a-{build:064}.{kind}")), "").unwrap();
            }
        }
        prune(dir.path(), "a");
        assert_eq!(files(dir.path()).len(), 2 * KEPT + 1);
        assert!(other.exists());
    }
}
