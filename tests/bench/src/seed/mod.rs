//! Directories of a given size, made once and kept.
//!
//! People, organizations, memberships and roles are written by SQL, in the form in which the product writes them; whatever
//! there are few of (machines, keys, secrets, organization roles) is made through the product's own API. There are as
//! many people as asked for, with one exception: below 20,000 the organization with 10,000 members is beyond that
//! number, so that its lists can be measured in directories of every size.

mod facts;
mod people;
mod product;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use iam_domain::clock::{Clock, SystemClock};
use iam_domain::crypto::secret::{hex, sha256};
use iam_domain::store::migrations;
use iam_tests::native::DATABASE;
use iam_tests::{InProcess, Seed};

pub use facts::{Facts, Machine, Person};

use crate::runtimes::VARIABLES;

/// Changes when this module makes other data.
const VERSION: u32 = 1;

const FACTS: &str = "facts.json";

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// People as asked for.
    pub users: u32,
    /// Members of the largest organization.
    pub largest: u32,
    /// People who can log in.
    pub logins: u32,
}

impl Size {
    /// A directory that is measured.
    pub fn of(users: u32) -> Self {
        Self { users, largest: 10_000, logins: 64 }
    }

    /// People, with those beyond the number asked for.
    pub fn people(self) -> u32 {
        if self.users >= 2 * self.largest { self.users } else { self.users + self.largest }
    }

    /// Organizations.
    pub fn organizations(self) -> u32 {
        (self.users / 10).max(20)
    }
}

/// A directory on the disk; servers get copies of it.
#[derive(Debug)]
pub struct Seeded {
    folder: PathBuf,
    /// What is in it.
    pub facts: Facts,
}

impl Seeded {
    /// The directory of `users` people, made if it is not in `work` yet.
    pub fn find_or_make(work: &Path, users: u32) -> Result<Self> {
        let folder = work.join(format!("seed-{users}-{}", fingerprint()));
        if let Ok(text) = std::fs::read_to_string(folder.join(FACTS)) {
            let facts = serde_json::from_str(&text).context(FACTS)?;
            return Ok(Self { folder, facts });
        }
        let begun = Instant::now();
        // Under another name until it is whole.
        let fresh = tempfile::Builder::new().prefix("run-seed-").tempdir_in(work)?;
        let facts = make(fresh.path(), Size::of(users))?;
        remove(work, &format!("seed-{users}-"))?;
        std::fs::rename(fresh.keep(), &folder)?;
        let size = std::fs::metadata(folder.join(DATABASE))?.len() / (1 << 20);
        crate::say(format_args!("{users} users: made in {:.1} s, {size} MiB", begun.elapsed().as_secs_f64()));
        Ok(Self { folder, facts })
    }

    /// A copy in `work`, removed with what is returned.
    pub fn copy(&self, work: &Path) -> Result<tempfile::TempDir> {
        let copy = tempfile::Builder::new().prefix("run-").tempdir_in(work)?;
        std::fs::copy(self.folder.join(DATABASE), copy.path().join(DATABASE))?;
        // Or else it would be written to the disk while something is measured.
        File::open(copy.path().join(DATABASE))?.sync_all()?;
        Ok(copy)
    }
}

/// Removes what runs that were ended by force have left.
pub fn sweep(work: &Path) -> Result<()> {
    remove(work, "run-")
}

/// Removes the folders whose names begin so.
fn remove(work: &Path, prefix: &str) -> Result<()> {
    for entry in std::fs::read_dir(work)?.flatten() {
        if entry.file_name().to_string_lossy().starts_with(prefix) {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// Makes a directory in an empty folder.
pub fn make(folder: &Path, size: Size) -> Result<Facts> {
    let now = SystemClock.now();
    let app = InProcess::on(folder, now, VARIABLES);
    let seed = Seed::open(&{
        // The first request applies the migrations and makes the first principals.
        app.token(iam_tests::server::CLIENT_ID, iam_tests::server::CLIENT_SECRET);
        folder.join(DATABASE)
    });
    let roles = product::organization_roles(&app);
    let people = people::insert(&seed, size, &roles, now);
    let facts = product::complete(&app, people, roles);
    drop(app);
    // One file, and nothing left for the first server to do.
    seed.run("PRAGMA wal_checkpoint(TRUNCATE)", vec![]);
    drop(seed);
    std::fs::write(folder.join(FACTS), serde_json::to_string_pretty(&facts)?)?;
    Ok(facts)
}

/// Tells the present schema and the present data from earlier ones.
fn fingerprint() -> String {
    let text: String = migrations::ALL.iter().map(|migration| migration.sql).collect();
    let digest = hex(&sha256(format!("{VERSION} {text}")));
    digest.chars().take(12).collect()
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
