//! Debian packages fetched without installing: an apt of our own, with its state in one folder,
//! that asks the machine's own mirror for another suite and trusts the machine's own keys.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::apt_sources::source_for;
use crate::shell;

/// An apt whose lists, cache and configuration lie in a folder of ours.
#[derive(Debug)]
pub struct Apt {
    folder: PathBuf,
    config: PathBuf,
    suite: String,
}

impl Apt {
    /// Sets it up and downloads the suite's list of packages.
    pub fn set_up(folder: &Path, suite: &str) -> Result<Self> {
        let sources = folder.join("sources.list.d");
        for part in ["lists/partial", "cache/archives/partial", "sources.list.d"] {
            fs::create_dir_all(folder.join(part))?;
        }
        let (extension, entry) = machine_sources()?
            .iter()
            .find_map(|(path, text)| source_for(path, text, suite))
            .context("apt's sources on this machine name no Debian archive (main)")?;
        fs::write(sources.join(format!("edge-iam.{extension}")), entry)?;
        fs::write(folder.join("status"), "")?;
        let config = folder.join("apt.conf");
        fs::write(&config, configuration(folder))?;
        let apt = Self { folder: folder.into(), config, suite: suite.into() };
        shell::capture(apt.command("apt-get").args(["-qq", "update"]))
            .with_context(|| format!("the list of Debian's {suite} cannot be fetched"))?;
        Ok(apt)
    }

    /// The versions of a package that the suite holds, newest first.
    pub fn versions(&self, package: &str) -> Result<Vec<String>> {
        let table = shell::capture(self.command("apt-cache").args(["madison", package]))?;
        Ok(table.lines().filter_map(madison_version).collect())
    }

    /// Downloads a package and unpacks it into `into`.
    pub fn unpack(&self, package: &str, version: &str, into: &Path) -> Result<()> {
        let debs = self.folder.join("debs").join(package);
        // Leftovers of an interrupted run would be taken for the download.
        if debs.exists() {
            fs::remove_dir_all(&debs)?;
        }
        fs::create_dir_all(&debs)?;
        let mut download = self.command("apt-get");
        download.args(["-qq", "download"]).arg(format!("{package}={version}")).current_dir(&debs);
        shell::capture(&mut download).with_context(|| format!("{package} {version} of Debian's {}", self.suite))?;
        let deb = fs::read_dir(&debs)?.next().context("apt-get downloaded nothing")??.path();
        fs::create_dir_all(into)?;
        shell::capture(Command::new("dpkg-deb").arg("-x").arg(deb).arg(into))?;
        Ok(())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.arg("-c").arg(&self.config).env("LC_ALL", "C");
        command
    }
}

/// Read after the machine's own configuration: proxies and the like stay, places and hooks change.
fn configuration(folder: &Path) -> String {
    let at = |part: &str| folder.join(part).display().to_string();
    format!(
        "#clear APT::Update::Pre-Invoke;\n\
         #clear APT::Update::Post-Invoke;\n\
         #clear APT::Update::Post-Invoke-Success;\n\
         #clear Acquire::IndexTargets::deb::Contents-deb;\n\
         Dir::Etc::sourcelist \"/dev/null\";\n\
         Dir::Etc::sourceparts \"{}\";\n\
         Dir::State \"{}\";\n\
         Dir::State::lists \"{}\";\n\
         Dir::State::status \"{}\";\n\
         Dir::Cache \"{}\";\n\
         Acquire::Languages \"none\";\n\
         APT::Sandbox::User \"root\";\n",
        at("sources.list.d"),
        at("."),
        at("lists"),
        at("status"),
        at("cache"),
    )
}

fn machine_sources() -> Result<Vec<(PathBuf, String)>> {
    let shell_text = shell::capture(Command::new("apt-config").args([
        "shell",
        "LIST",
        "Dir::Etc::sourcelist/f",
        "PARTS",
        "Dir::Etc::sourceparts/d",
    ]))?;
    let mut paths = Vec::new();
    for line in shell_text.lines() {
        match line.split_once('=').map(|(k, v)| (k, v.trim_matches('\''))) {
            Some(("LIST", file)) => paths.push(PathBuf::from(file)),
            Some(("PARTS", folder)) => {
                let entries = fs::read_dir(folder).into_iter().flatten().flatten();
                let mut found: Vec<_> = entries.map(|entry| entry.path()).collect();
                found.sort();
                paths.extend(found);
            }
            _ => {}
        }
    }
    let readable = |path: PathBuf| fs::read_to_string(&path).ok().map(|text| (path, text));
    Ok(paths.into_iter().filter_map(readable).collect())
}

/// The second column of a line of `apt-cache madison`.
fn madison_version(line: &str) -> Option<String> {
    let version = line.split('|').nth(1)?.trim();
    (!version.is_empty()).then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn madison_is_read_by_columns() {
        let line = "  rust-src | 1.95.0+dfsg1-2~bpo13+1 | http://m.example/debian s/main Packages";
        assert_eq!(madison_version(line).unwrap(), "1.95.0+dfsg1-2~bpo13+1");
        assert_eq!(madison_version("N: nothing"), None);
    }
}
