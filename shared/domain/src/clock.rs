//! Time as a dependency: the one place that reads the system clock.

/// A moment: milliseconds since the Unix epoch, UTC.
pub type Millis = i64;

/// Where the application takes the time from. Injected, so that tests set it.
pub trait Clock {
    /// The current time in milliseconds since the Unix epoch.
    fn now(&self) -> Millis;

    /// The current time in whole seconds since the Unix epoch, as JWT claims want it (RFC 7519 §2).
    fn now_seconds(&self) -> i64 {
        self.now().div_euclid(1000)
    }
}

/// The clock of the machine (in a component: of the WASI host).
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the method that the lint sends everybody to")]
    fn now(&self) -> Millis {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
    }
}
