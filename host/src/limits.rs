//! Bounds the memory of an instance and says in the log when a guest hits the bound.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use wasmtime::ResourceLimiter;

/// Bytes from which on an instance is large.
const LARGE: usize = 8 << 20;

/// Large instances that may go on once they have nothing to do.
const KEPT_LARGE: usize = 4;

/// Counts the large instances of all components. Memory that a guest has taken it cannot give back, so those that hash
/// passwords would keep 20 MB each, and in a rush there are many.
#[derive(Clone, Default)]
pub struct LargeInstances(Arc<AtomicUsize>);

/// How one instance has grown.
pub struct Growth {
    is_large: AtomicBool,
    all: LargeInstances,
}

impl Growth {
    /// Of a new instance.
    pub fn new(all: &LargeInstances) -> Self {
        Self { is_large: AtomicBool::new(false), all: all.clone() }
    }

    /// Whether the instance should end rather than take another request.
    pub fn is_surplus(&self) -> bool {
        self.is_large.load(Ordering::Relaxed) && self.all.0.load(Ordering::Relaxed) > KEPT_LARGE
    }

    fn note(&self, bytes: usize) {
        if bytes >= LARGE && !self.is_large.swap(true, Ordering::Relaxed) {
            self.all.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Growth {
    fn drop(&mut self) {
        if *self.is_large.get_mut() {
            self.all.0.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Counts the linear memory of one instance.
pub struct MemoryLimit {
    component: Arc<str>,
    max: usize,
    reached: bool,
    growth: Arc<Growth>,
}

impl MemoryLimit {
    /// A limit of `max` bytes for an instance of `component`.
    pub fn new(component: Arc<str>, max: usize, growth: Arc<Growth>) -> Self {
        Self { component, max, reached: false, growth }
    }
}

impl ResourceLimiter for MemoryLimit {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        if desired <= self.max {
            self.growth.note(desired);
            return Ok(true);
        }
        if !self.reached {
            self.reached = true;
            tracing::error!(
                component = &*self.component,
                limit = self.max,
                current,
                desired,
                "guest out of memory; raise --max-instance-memory if it needs that much"
            );
        }
        Ok(false)
    }

    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        // A table entry is a pointer; no honest guest has a million functions.
        Ok(desired <= 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_ends_at_the_limit() {
        let growth = Arc::new(Growth::new(&LargeInstances::default()));
        let mut limit = MemoryLimit::new("a".into(), 1 << 20, growth);
        assert!(limit.memory_growing(0, 1 << 20, None).unwrap());
        assert!(!limit.memory_growing(1 << 20, (1 << 20) + 1, None).unwrap());
        assert!(!limit.table_growing(0, 2_000_000, None).unwrap());
    }

    #[test]
    fn of_many_large_instances_only_some_go_on() {
        let all = LargeInstances::default();
        let grown = |bytes| {
            let growth = Growth::new(&all);
            growth.note(bytes);
            growth
        };
        let small = grown(LARGE - 1);
        let mut large: Vec<_> = (0..KEPT_LARGE).map(|_| grown(LARGE)).collect();
        assert!(large.iter().all(|growth| !growth.is_surplus()));
        large.push(grown(LARGE));
        large[0].note(2 * LARGE);
        assert!(large.iter().all(Growth::is_surplus) && !small.is_surplus());
        large.pop();
        assert!(large.iter().all(|growth| !growth.is_surplus()), "one ended");
    }
}
