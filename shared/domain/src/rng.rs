//! Randomness as a dependency: the one place that asks the system for entropy.

/// Where ids, secrets, salts and key material come from. Injected, so that tests can repeat a run.
pub trait Rng {
    /// Fills `bytes` with random data fit for secrets.
    fn fill(&self, bytes: &mut [u8]);

    /// A random 64-bit number.
    fn next_u64(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }
}

/// The generator of the operating system (in a component: `wasi:random`).
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRng;

impl Rng for SystemRng {
    #[allow(
        clippy::panic,
        reason = "without entropy no id and no secret is safe; an aborted request is the right answer"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            panic!("the system's random generator failed: {error}");
        }
    }
}
