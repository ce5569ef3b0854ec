//! The wasmtime engine: pooled instances, interruption by epochs, async components.

use std::time::Duration;

use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::cli::Limits;
use crate::error::{Result, fail};

/// Longest time for which a busy guest keeps its thread before others get a turn.
pub const EPOCH: Duration = Duration::from_millis(2);

/// A core instance per module: the guest's own and the adapters that the toolchain adds.
const CORE_INSTANCES_PER_COMPONENT: u32 = 16;

/// The engine and how many component instances it can hold at once.
pub struct HostEngine {
    /// The engine.
    pub engine: Engine,
    /// Component instances that fit at the same time.
    pub capacity: u32,
}

/// Builds the engine and starts its epoch clock.
pub fn build(limits: &Limits) -> Result<HostEngine> {
    let capacity = capacity(memory_of_machine());
    let mut config = config();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(limits, capacity)));
    let engine = match Engine::new(&config) {
        Ok(engine) => engine,
        Err(error) => {
            // Small address spaces (ulimit -v, some containers) refuse the pool's reservation.
            tracing::warn!("no pooled instances, starting each on demand: {error:#}");
            config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
            match Engine::new(&config) {
                Ok(engine) => engine,
                Err(error) => return fail!("wasmtime does not start on this machine: {error:#}"),
            }
        }
    };
    start_epochs(&engine)?;
    Ok(HostEngine { engine, capacity })
}

/// Settings that the compiled code depends on; the same for both ways of allocation, so that the
/// cache serves both.
fn config() -> Config {
    let mut config = Config::new();
    config.wasm_component_model_async(true);
    config.epoch_interruption(true);
    config.wasm_backtrace_max_frames(std::num::NonZeroUsize::new(20));
    config
}

fn pool(limits: &Limits, capacity: u32) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(capacity)
        .total_memories(capacity)
        .total_stacks(capacity.saturating_mul(4))
        .total_tables(capacity.saturating_mul(4))
        .total_core_instances(capacity.saturating_mul(CORE_INSTANCES_PER_COMPONENT))
        .max_core_instances_per_component(CORE_INSTANCES_PER_COMPONENT * 4)
        .max_memory_size(limits.instance_memory)
        // The first pages of an instance are wiped for the next one instead of given back. More of them would
        // stay with the process for each instance that ever lived at the same time, and save nothing measurable.
        .linear_memory_keep_resident(128 << 10)
        .table_keep_resident(64 << 10)
        // Each keeps up to the above. Instances follow each other quickly, but few live at a time.
        .max_unused_warm_slots(8);
    pool
}

/// Instances for this much memory, reckoning 4 MiB for each: 256 on 1 GiB, 1024 from 4 GiB on.
fn capacity(memory: u64) -> u32 {
    u32::try_from(memory / (4 << 20)).unwrap_or(u32::MAX).clamp(128, 1024)
}

/// Total memory in bytes, or 1 GiB where the system does not say.
fn memory_of_machine() -> u64 {
    let kib = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    });
    kib.map_or(1 << 30, |kib| kib << 10)
}

/// Ticks from a thread of its own: it must not depend on the threads that busy guests hold.
fn start_epochs(engine: &Engine) -> Result<()> {
    let engine = engine.weak();
    let ticking = std::thread::Builder::new().name("epochs".to_owned()).spawn(move || {
        loop {
            #[allow(clippy::disallowed_methods, reason = "a clock thread does nothing but sleep")]
            std::thread::sleep(EPOCH);
            match engine.upgrade() {
                Some(engine) => engine.increment_epoch(),
                None => break,
            }
        }
    });
    match ticking {
        Ok(_) => Ok(()),
        Err(error) => fail!("cannot start a thread: {error}; raise the limit on threads"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pool_follows_the_machine() {
        assert_eq!(capacity(256 << 20), 128);
        assert_eq!(capacity(1 << 30), 256);
        assert_eq!(capacity(24 << 30), 1024);
    }
}
