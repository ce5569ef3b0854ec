//! How large the components are.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::build::{self, Built};
use crate::workspace::Workspace;

/// Edge platforms start large components slowly, and some refuse them.
const LIMIT: u64 = 2_000_000;
/// Components that are larger all the same, each with a limit of its own. **This list may only shrink.** `logins` has
/// whatever hashes, of every API: it links most operations, mail, and signatures of every kind.
const ABOVE: &[(&str, u64)] = &[("logins", 2_200_000)];
/// What the largest component should come down to. Link less into it, or move what its noun does not need elsewhere.
const AIM: u64 = 1_800_000;

struct Size {
    name: String,
    bytes: u64,
    gzip: Option<u64>,
}

impl Size {
    fn limit(&self) -> u64 {
        ABOVE.iter().find(|(name, _)| *name == self.name).map_or(LIMIT, |(_, limit)| *limit)
    }

    fn is_over(&self) -> bool {
        self.bytes > self.limit()
    }
}

/// Prints a table and the largest component; one over its limit is an error.
pub fn report(workspace: &Workspace, built: &Built) -> Result<()> {
    let mut sizes = Vec::new();
    for component in &built.components {
        let file = build::wasm_file(workspace, component);
        let bytes = fs::metadata(&file).with_context(|| file.display().to_string())?;
        sizes.push(Size { name: component.id.clone(), bytes: bytes.len(), gzip: gzip(&file) });
    }
    print!("{}{}", table(&sizes), largest(&sizes));
    let over: Vec<_> = sizes.iter().filter(|size| size.is_over()).map(|size| size.name.as_str()).collect();
    if !over.is_empty() {
        bail!("larger than {LIMIT} bytes, or than the limit of its own: {}", over.join(", "));
    }
    Ok(())
}

/// The largest component, and what is left to the aim.
fn largest(sizes: &[Size]) -> String {
    let Some(size) = sizes.iter().max_by_key(|size| size.bytes) else { return String::new() };
    let above = match size.bytes.checked_sub(AIM) {
        Some(above) if above > 0 => format!(", {above} above the aim of {AIM}"),
        _ => String::new(),
    };
    format!("largest: {}, {} of {} bytes{above}\n", size.name, size.bytes, size.limit())
}

/// What travels over the network; unknown where there is no gzip.
fn gzip(file: &Path) -> Option<u64> {
    let output = Command::new("gzip").args(["-9", "-c"]).arg(file).output();
    let output = output.ok().filter(|output| output.status.success())?;
    u64::try_from(output.stdout.len()).ok()
}

fn table(sizes: &[Size]) -> String {
    let width = sizes.iter().map(|size| size.name.len()).max().unwrap_or(0).max(9);
    let head = format!("{:width$} {:>10} {:>10}\n", "component", "bytes", "gzip");
    let row = |size: &Size| {
        let gzip = size.gzip.map_or_else(|| "?".into(), |bytes| bytes.to_string());
        let mark = if size.is_over() { "  TOO LARGE" } else { "" };
        format!("{:width$} {:>10} {gzip:>10}{mark}\n", size.name, size.bytes)
    };
    std::iter::once(head).chain(sizes.iter().map(row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_is_told_with_what_it_has_too_much() {
        let size = |name: &str, bytes| Size { name: name.into(), bytes, gzip: None };
        let told = largest(&[size("users", AIM - 1), size("logins", AIM + 7)]);
        assert_eq!(told, "largest: logins, 1800007 of 2200000 bytes, 7 above the aim of 1800000\n");
        assert_eq!(largest(&[size("users", AIM)]), "largest: users, 1800000 of 2000000 bytes\n");
    }

    #[test]
    fn a_limit_of_its_own_is_for_one_component_alone() {
        let size = |name: &str, bytes| Size { name: name.into(), bytes, gzip: None };
        assert!(size("users", LIMIT + 1).is_over() && !size("logins", LIMIT + 1).is_over());
        assert!(ABOVE.iter().all(|(name, limit)| *limit > LIMIT && size(name, limit + 1).is_over()));
    }

    #[test]
    fn only_what_is_too_large_is_marked() {
        let size = |name: &str, bytes, gzip| Size { name: name.into(), bytes, gzip };
        let text = table(&[size("tokens", LIMIT, Some(9)), size("service-accounts", LIMIT + 1, None)]);
        assert_eq!(
            text,
            "component             bytes       gzip\n\
             tokens              2000000          9\n\
             service-accounts    2000001          ?  TOO LARGE\n"
        );
    }
}
