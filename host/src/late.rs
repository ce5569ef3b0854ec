//! Requests that are past their time while the guest computes.
//!
//! A guest that computes gives its instance's event loop no turn, so what waits there for the time to pass is not asked. The
//! bound that wasmtime offers beside that counts from the newest request of the instance: others that arrive would let an
//! endless one go on. Hence deadlines that the clock of epochs looks at.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::engine::EPOCH;

/// A guest that computes for so long without a turn, while a request of its instance has been past its time for so long, is
/// ended. The request is answered before, and others of the instance, which may be on time, can give way.
pub const SLACK: Duration = Duration::from_millis(250);

/// When the requests of one instance must be answered.
#[derive(Clone, Debug, Default)]
pub struct Deadlines(Arc<Mutex<Vec<Instant>>>);

impl Deadlines {
    /// Waits for the deadline of a request. One that is answered before, is forgotten with the future.
    pub fn wait(&self, deadline: Instant) -> impl Future<Output = ()> + Send + Sync + use<> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(deadline);
        let mut pending = Pending { deadlines: self.clone(), deadline, is_over: false };
        async move { pending.pass().await }
    }

    /// Whether a guest that has computed for `ticks` of the clock of epochs without a turn is to be ended.
    pub fn are_missed(&self, ticks: u32) -> bool {
        if EPOCH.saturating_mul(ticks) < SLACK {
            return false;
        }
        let Some(missed) = Instant::now().checked_sub(SLACK) else { return false };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|deadline| *deadline <= missed)
    }
}

struct Pending {
    deadlines: Deadlines,
    deadline: Instant,
    is_over: bool,
}

impl Pending {
    async fn pass(&mut self) {
        tokio::time::sleep_until(self.deadline).await;
        self.is_over = true;
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        // What was not answered in time is still at work.
        if self.is_over {
            return;
        }
        let mut deadlines = self.deadlines.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = deadlines.iter().position(|deadline| *deadline == self.deadline) {
            deadlines.swap_remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: u32 = 1_000;

    #[tokio::test]
    async fn what_is_answered_in_time_is_forgotten() {
        let deadlines = Deadlines::default();
        let now = Instant::now();
        let long_ago = now.checked_sub(SLACK).unwrap();
        let (answered, open) = (deadlines.wait(long_ago), deadlines.wait(now));
        assert!(deadlines.are_missed(LONG));
        assert!(!deadlines.are_missed(1), "others get their time to give way");
        drop(answered);
        assert!(!deadlines.are_missed(LONG));
        drop(open);
        assert!(deadlines.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn what_is_not_answered_in_time_stays_missed() {
        let deadlines = Deadlines::default();
        deadlines.wait(Instant::now().checked_sub(SLACK).unwrap()).await;
        assert!(deadlines.are_missed(LONG));
    }
}
