//! What the host's log tells about starts of instances.

/// Microseconds of each start in a log of the level trace, in order.
pub fn starts(log: &str) -> Vec<f64> {
    let started = log.lines().filter(|line| line.contains("instance started"));
    let micros = |line: &str| {
        let rest = line.split("micros=").nth(1)?;
        rest.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
    };
    started.filter_map(micros).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_in_the_lines_that_have_them() {
        let log = "2026-01-01T00:00:00Z TRACE edge_iam_host::instance: instance started component=\"users\" micros=123\n\
            2026-01-01T00:00:00Z  WARN other micros=9\n\
            TRACE instance started component=\"a\" micros=45 more=1\n";
        assert_eq!(starts(log), [123.0, 45.0]);
    }
}
