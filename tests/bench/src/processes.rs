//! What the kernel counts of a process and everything that it started.

use std::collections::HashSet;

use anyhow::{Context, Result};

/// One line of `/proc/<pid>/stat`.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    parent: u32,
    /// User and system time in clock ticks.
    ticks: u64,
}

/// Memory in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory {
    /// Resident now.
    pub resident: u64,
    /// Resident at most since the last [`Tree::forget_peak`].
    pub peak: u64,
}

/// A process with its descendants, also those that come later.
#[derive(Debug, Clone, Copy)]
pub struct Tree(pub u32);

impl Tree {
    /// CPU time of all of them in milliseconds. Those that have ended do not count.
    pub fn cpu_ms(self) -> Result<f64> {
        let stats = stats();
        let of = |pid| stats.iter().find(|(known, _)| *known == pid).map_or(0, |(_, stat)| stat.ticks);
        stats.iter().find(|(pid, _)| *pid == self.0).context("the server has ended")?;
        let ticks: u64 = members(self.0, &stats).into_iter().map(of).sum();
        Ok(ticks as f64 * 1000.0 / rustix::param::clock_ticks_per_second() as f64)
    }

    /// Memory of all of them; what they share counts for each.
    pub fn memory(self) -> Memory {
        let mut sum = Memory::default();
        for pid in members(self.0, &stats()) {
            let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
            sum.resident += kilobytes(&status, "VmRSS:") * 1024;
            sum.peak += kilobytes(&status, "VmHWM:") * 1024;
        }
        sum
    }

    /// Begins to look for the peak anew. Where the kernel does not allow that, the peak is that since the start.
    pub fn forget_peak(self) {
        for pid in members(self.0, &stats()) {
            let _ = std::fs::write(format!("/proc/{pid}/clear_refs"), "5");
        }
    }
}

fn stats() -> Vec<(u32, Stat)> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let read = |entry: std::fs::DirEntry| {
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        let line = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        Some((pid, parse(&line)?))
    };
    entries.flatten().filter_map(read).collect()
}

/// The second field is the program's name in parentheses, which may hold blanks and parentheses itself: what follows
/// begins after the last one.
fn parse(line: &str) -> Option<Stat> {
    let fields: Vec<&str> = line.get(line.rfind(')')? + 1..)?.split_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    // man 5 proc: ppid is field 4, utime 14, stime 15; here the third comes first.
    Some(Stat { parent: u32::try_from(number(1)?).ok()?, ticks: number(11)? + number(12)? })
}

fn members(root: u32, stats: &[(u32, Stat)]) -> HashSet<u32> {
    let mut members = HashSet::from([root]);
    loop {
        let children = stats.iter().filter(|(pid, stat)| members.contains(&stat.parent) && !members.contains(pid));
        let children: Vec<u32> = children.map(|(pid, _)| *pid).collect();
        if children.is_empty() {
            return members;
        }
        members.extend(children);
    }
}

fn kilobytes(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_blanks_and_parentheses_does_not_shift_the_fields() {
        let line = "42 (a) b (c) d) S 7 42 42 0 -1 4194304 100 0 0 0 250 50 9 9 20 0 1 0 1 1 1";
        assert_eq!(parse(line), Some(Stat { parent: 7, ticks: 300 }));
        assert_eq!(parse("42 (a"), None);
    }

    #[test]
    fn descendants_of_every_depth_belong_to_the_tree() {
        let of = |parent| Stat { parent, ticks: 0 };
        let stats = [(3, of(2)), (2, of(1)), (4, of(9)), (1, of(0))];
        assert_eq!(members(1, &stats), HashSet::from([1, 2, 3]));
    }

    #[test]
    fn this_process_is_seen() {
        let tree = Tree(std::process::id());
        assert!(tree.cpu_ms().unwrap() >= 0.0);
        let memory = tree.memory();
        assert!(memory.resident > 0 && memory.peak >= memory.resident / 2);
        assert!(Tree(u32::MAX).cpu_ms().is_err());
    }
}
