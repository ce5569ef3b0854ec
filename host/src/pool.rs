//! The instances of one component, kept apart so that a busy one does not hold up the others.
//!
//! wasmtime's `ProxyHandler` puts a request into a queue when an instance has said that it is
//! free. An instance whose guest then computes for long, say after waiting for the database, says
//! so no longer, but what waits in the queue still waits for it. Hence several handlers, each with
//! a queue of its own: requests go to the first one where no guest is busy.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Instant;

use wasmtime_wasi_http::handler::ProxyHandler;

use crate::engine::EPOCH;
use crate::instance::Factory;

/// Handlers per component. More than processors is of no use; instances start as needed.
const HANDLERS: usize = 4;

/// When a guest of one handler was last found busy.
#[derive(Clone)]
pub struct BusyMark {
    origin: Instant,
    /// Microseconds after `origin`; 0 for never.
    last: Arc<AtomicU64>,
}

impl BusyMark {
    fn new() -> Self {
        Self { origin: Instant::now(), last: Arc::default() }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.origin.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn busy(&self) {
        self.last.store(self.now().max(1), Ordering::Relaxed);
    }

    /// Time since a guest was busy; a busy one is found at each tick.
    fn quiet(&self) -> u64 {
        match self.last.load(Ordering::Relaxed) {
            0 => u64::MAX,
            last => self.now().saturating_sub(last),
        }
    }
}

/// Finds out whether the guest of one instance is busy.
///
/// A tick alone says nothing: it also comes when the last one passed while the guest had nothing to
/// do. Two ticks without a turn of the instance's event loop between them mean that it computes.
#[derive(Clone)]
pub struct Watch {
    mark: BusyMark,
    ticks: Arc<AtomicU32>,
}

impl Watch {
    /// The watch of a new instance, which reports to its handler's `mark`.
    pub fn new(mark: &BusyMark) -> Self {
        Self { mark: mark.clone(), ticks: Arc::default() }
    }

    /// The epoch clock has ticked while the guest ran; how often since the last turn of the event loop.
    pub fn tick(&self) -> u32 {
        let ticks = self.ticks.fetch_add(1, Ordering::Relaxed);
        if ticks > 0 {
            self.mark.busy();
        }
        ticks
    }

    /// The event loop has had its turn.
    pub fn turn(&self) {
        self.ticks.store(0, Ordering::Relaxed);
    }
}

/// All instances of one component.
pub struct Pool {
    first: Shard,
    others: Vec<Shard>,
}

struct Shard {
    handler: ProxyHandler<Factory>,
    mark: BusyMark,
}

impl Pool {
    /// A pool of instances that `factory` makes.
    pub fn new(factory: impl Fn(BusyMark) -> Factory) -> Self {
        let shard = || {
            let mark = BusyMark::new();
            Shard { handler: ProxyHandler::new(factory(mark.clone())), mark }
        };
        Self { first: shard(), others: (1..HANDLERS).map(|_| shard()).collect() }
    }

    /// The first handler without a busy guest, or the one that was busy longest ago.
    pub fn pick(&self) -> &ProxyHandler<Factory> {
        let enough = u64::try_from(EPOCH.as_micros()).unwrap_or(u64::MAX).saturating_mul(3);
        let mut best = (&self.first, self.first.mark.quiet());
        for shard in &self.others {
            if best.1 > enough {
                break;
            }
            let quiet = shard.mark.quiet();
            if quiet > best.1 {
                best = (shard, quiet);
            }
        }
        &best.0.handler
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ticks_without_a_turn_between_them_mean_busy() {
        let mark = BusyMark::new();
        let watch = Watch::new(&mark);
        for _ in 0..3 {
            watch.tick();
            watch.turn();
        }
        assert_eq!(mark.quiet(), u64::MAX);
        watch.tick();
        watch.tick();
        assert!(mark.quiet() < 1_000_000);
    }
}
