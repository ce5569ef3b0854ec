//! Counting tests by what the runners print.

use std::ops::AddAssign;

/// Numbers of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed, or could not be set up.
    pub failed: u64,
    /// Tests that were not run although selected.
    pub skipped: u64,
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Which runner's language to read.
#[derive(Clone, Copy, Debug)]
pub enum Runner {
    /// `test result: ok. 3 passed; 0 failed; 1 ignored; …` once per test binary.
    Cargo,
    /// `=== 3 passed, 1 failed in 0.12s ===` at the end.
    Pytest,
    /// `ℹ pass 3`, `ℹ fail 1` and so on at the end, a line each.
    Node,
}

impl Runner {
    /// The numbers in a line, if it is a summary.
    pub fn totals(self, line: &str) -> Option<Totals> {
        match self {
            Self::Cargo => {
                let (_verdict, counts) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
                Some(count(counts.split(';')))
            }
            Self::Pytest => {
                let line = line.trim().trim_matches('=').trim();
                let (counts, time) = line.rsplit_once(" in ")?;
                let seconds = time.split('s').next()?;
                seconds.parse::<f64>().ok()?;
                (counts == "no tests ran" || counts.starts_with(|c: char| c.is_ascii_digit()))
                    .then(|| count(counts.split(',')))
            }
            Self::Node => {
                let (word, number) = line.trim().strip_prefix("ℹ ")?.split_once(' ')?;
                let number = number.parse().ok()?;
                let totals = Totals::default();
                match word {
                    "pass" => Some(Totals { passed: number, ..totals }),
                    "fail" | "cancelled" => Some(Totals { failed: number, ..totals }),
                    "skipped" | "todo" => Some(Totals { skipped: number, ..totals }),
                    // tests, suites, duration_ms
                    _ => None,
                }
            }
        }
    }
}

fn count<'a>(parts: impl Iterator<Item = &'a str>) -> Totals {
    let mut totals = Totals::default();
    for part in parts {
        let mut words = part.split_whitespace();
        let (Some(Ok(number)), Some(word)) = (words.next().map(str::parse::<u64>), words.next()) else {
            continue;
        };
        match word {
            "passed" | "xfailed" => totals.passed += number,
            "failed" | "error" | "errors" | "xpassed" => totals.failed += number,
            "ignored" | "skipped" => totals.skipped += number,
            // measured, filtered out, deselected, warnings
            _ => {}
        }
    }
    totals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(passed: u64, failed: u64, skipped: u64) -> Totals {
        Totals { passed, failed, skipped }
    }

    #[test]
    fn cargo_s_summaries_are_read() {
        let read = |line| Runner::Cargo.totals(line);
        assert_eq!(
            read("test result: ok. 12 passed; 0 failed; 2 ignored; 0 measured; 5 filtered out; finished in 0.01s"),
            Some(totals(12, 0, 2))
        );
        assert_eq!(
            read("test result: FAILED. 1 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s"),
            Some(totals(1, 3, 0))
        );
        assert_eq!(read("test result_is_read ... ok"), None);
        assert_eq!(read("running 3 tests"), None);
    }

    #[test]
    fn pytest_s_summary_is_read() {
        let read = |line| Runner::Pytest.totals(line);
        assert_eq!(read("===== 3 passed in 0.12s ====="), Some(totals(3, 0, 0)));
        assert_eq!(
            read("== 1 failed, 10 passed, 2 skipped, 1 warning, 1 error in 61.20s (0:01:01) =="),
            Some(totals(10, 2, 2))
        );
        assert_eq!(read("4 passed, 2 deselected in 1.00s"), Some(totals(4, 0, 0)));
        assert_eq!(read("=== no tests ran in 0.01s ==="), Some(totals(0, 0, 0)));
        assert_eq!(read("tests/test_x.py::test_logs_in PASSED"), None);
        assert_eq!(read("E  2 users in 3 organizations"), None);
    }

    #[test]
    fn node_s_summary_is_read_line_by_line() {
        let read = |line| Runner::Node.totals(line);
        assert_eq!(read("ℹ pass 12"), Some(totals(12, 0, 0)));
        assert_eq!(read("ℹ fail 3"), Some(totals(0, 3, 0)));
        assert_eq!(read("ℹ cancelled 1"), Some(totals(0, 1, 0)));
        assert_eq!(read("ℹ skipped 2"), Some(totals(0, 0, 2)));
        assert_eq!(read("ℹ todo 1"), Some(totals(0, 0, 1)));
        // What is counted above.
        assert_eq!(read("ℹ tests 18"), None);
        assert_eq!(read("ℹ suites 4"), None);
        assert_eq!(read("ℹ duration_ms 612.5"), None);
        assert_eq!(read("✔ pass 3 (1.2ms)"), None);
        assert_eq!(read("ℹ pass by"), None);
    }
}
