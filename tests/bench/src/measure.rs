//! One measurement: a load, and what it cost the server.

use anyhow::Result;
use serde::Serialize;

use crate::processes::Tree;
use crate::request::Prepared;
use crate::wrk;

/// A server and what is sent to it.
#[derive(Debug, Clone)]
pub struct Load {
    /// `http://127.0.0.1:<port>`.
    pub base: String,
    /// Its process; children count as well.
    pub pid: u32,
    /// Requests, sent in turn.
    pub requests: Vec<Prepared>,
}

/// What a measurement gave, or the median of several.
#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    /// Requests answered.
    pub requests: f64,
    /// Requests per second.
    pub requests_per_second: f64,
    /// Median latency in milliseconds.
    pub p50_ms: f64,
    /// 99th percentile in milliseconds.
    pub p99_ms: f64,
    /// 99.9th percentile in milliseconds.
    pub p999_ms: f64,
    /// Longest in milliseconds.
    pub max_ms: f64,
    /// User and system time of the server, in milliseconds a request.
    pub cpu_ms_per_request: f64,
    /// Memory right after, in bytes.
    pub resident_bytes: f64,
    /// The most memory during it, in bytes.
    pub peak_bytes: f64,
    /// Answers with an unexpected status.
    pub bad_statuses: f64,
    /// Requests without an answer.
    pub socket_errors: f64,
}

/// Warms the server up for a second, then measures.
pub fn measure(load: &Load, connections: u32, seconds: u32) -> Result<Figures> {
    wrk::run(&load.base, &load.requests, connections, 1)?;
    let tree = Tree(load.pid);
    tree.forget_peak();
    let before = tree.cpu_ms()?;
    let counted = wrk::run(&load.base, &load.requests, connections, seconds)?;
    let cpu = tree.cpu_ms()? - before;
    let memory = tree.memory();
    Ok(Figures {
        requests: counted.requests as f64,
        requests_per_second: counted.per_second(),
        p50_ms: counted.p50_us / 1000.0,
        p99_ms: counted.p99_us / 1000.0,
        p999_ms: counted.p999_us / 1000.0,
        max_ms: counted.max_us / 1000.0,
        cpu_ms_per_request: cpu / counted.requests.max(1) as f64,
        resident_bytes: memory.resident as f64,
        peak_bytes: memory.peak as f64,
        bad_statuses: counted.bad_status as f64,
        socket_errors: counted.socket_errors() as f64,
    })
}

/// The middle one, or the mean of the two in the middle; 0 of nothing.
pub fn median(values: &[f64]) -> f64 {
    percentile(values, 50.0)
}

/// The value below which `percent` of them lie, between two neighbours in proportion.
pub fn percentile(values: &[f64], percent: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let place = percent / 100.0 * last as f64;
    let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    low + (high - low) * place.fract()
}

/// The median of each figure by itself.
pub fn medians(runs: &[Figures]) -> Figures {
    let of = |figure: fn(&Figures) -> f64| median(&runs.iter().map(figure).collect::<Vec<_>>());
    Figures {
        requests: of(|run| run.requests),
        requests_per_second: of(|run| run.requests_per_second),
        p50_ms: of(|run| run.p50_ms),
        p99_ms: of(|run| run.p99_ms),
        p999_ms: of(|run| run.p999_ms),
        max_ms: of(|run| run.max_ms),
        cpu_ms_per_request: of(|run| run.cpu_ms_per_request),
        resident_bytes: of(|run| run.resident_bytes),
        peak_bytes: of(|run| run.peak_bytes),
        // One bad answer among many runs must not get lost.
        bad_statuses: runs.iter().map(|run| run.bad_statuses).sum(),
        socket_errors: runs.iter().map(|run| run.socket_errors).sum(),
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Figures that all follow from one number.
    pub fn figures(requests_per_second: f64) -> Figures {
        Figures {
            requests: 100.0,
            requests_per_second,
            p50_ms: 1.0,
            p99_ms: 2.0,
            p999_ms: 3.0,
            max_ms: 4.0,
            cpu_ms_per_request: 0.5,
            resident_bytes: 1e6,
            peak_bytes: 2e6,
            bad_statuses: 1.0,
            socket_errors: 0.0,
        }
    }

    fn close(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-9, "{left} {right}");
    }

    #[test]
    fn medians_are_those_of_odd_and_even_numbers() {
        close(median(&[3.0, 1.0, 2.0]), 2.0);
        close(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        close(median(&[]), 0.0);
        close(percentile(&[1.0, 2.0, 3.0, 4.0, 5.0], 95.0), 4.8);
        close(percentile(&[7.0], 99.0), 7.0);
    }

    #[test]
    fn of_several_runs_figures_are_medians_and_errors_are_sums() {
        let median = medians(&[figures(10.0), figures(30.0), figures(20.0)]);
        close(median.requests_per_second, 20.0);
        close(median.bad_statuses, 3.0);
    }
}
