//! Interrupts statements: queries on async threads that take too long, and whatever runs for a
//! guest that is gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Time that a query may take on an async thread, where it holds up others.
const SHORT: Duration = Duration::from_micros(400);

/// Virtual-machine steps between two looks at the clock; a step takes some 20 to 100 ns.
const STEPS: i32 = 500;

/// The state of one connection's watch.
pub(super) struct Budget {
    origin: Instant,
    /// Nanoseconds after `origin` at which a short query has to end; 0 for no limit.
    end: AtomicU64,
    cancelled: AtomicBool,
}

impl Default for Budget {
    fn default() -> Self {
        Self { origin: Instant::now(), end: AtomicU64::new(0), cancelled: AtomicBool::new(false) }
    }
}

/// Limits statements until it is dropped.
pub(super) struct Within<'a>(&'a Budget);

impl Budget {
    /// Makes `db` ask this budget from time to time.
    pub(super) fn watch(self: &Arc<Self>, db: &mut rusqlite::Connection) -> rusqlite::Result<()> {
        let budget = self.clone();
        db.progress_handler(STEPS, Some(move || budget.spent()))
    }

    /// Limits what runs from now on.
    pub(super) fn start(&self) -> Within<'_> {
        self.end.store(self.now() + nanos(SHORT), Ordering::Relaxed);
        Within(self)
    }

    /// Interrupts what runs, now and ever after.
    pub(super) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    fn spent(&self) -> bool {
        let end = self.end.load(Ordering::Relaxed);
        self.cancelled.load(Ordering::Relaxed) || (end != 0 && self.now() >= end)
    }

    fn now(&self) -> u64 {
        nanos(self.origin.elapsed())
    }
}

impl Drop for Within<'_> {
    fn drop(&mut self) {
        self.0.end.store(0, Ordering::Relaxed);
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX / 2)
}
