//! Bounds the memory of an instance and says in the log when a guest hits the bound.

use wasmtime::ResourceLimiter;

/// Counts the linear memory of one instance.
pub struct MemoryLimit {
    component: std::sync::Arc<str>,
    max: usize,
    reached: bool,
}

impl MemoryLimit {
    /// A limit of `max` bytes for an instance of `component`.
    pub fn new(component: std::sync::Arc<str>, max: usize) -> Self {
        Self { component, max, reached: false }
    }
}

impl ResourceLimiter for MemoryLimit {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        if desired <= self.max {
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
        let mut limit = MemoryLimit::new("a".into(), 1 << 20);
        assert!(limit.memory_growing(0, 1 << 20, None).unwrap());
        assert!(!limit.memory_growing(1 << 20, (1 << 20) + 1, None).unwrap());
        assert!(!limit.table_growing(0, 2_000_000, None).unwrap());
    }
}
