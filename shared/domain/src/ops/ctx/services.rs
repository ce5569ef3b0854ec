//! What an instance keeps from request to request.

use std::cell::Cell;
use std::rc::Rc;

use super::key_ring::KeyRing;
use crate::clock::{Clock, Millis};
use crate::rng::Rng;
use crate::store::{Blobs, Database, LocalFuture, Pool};

/// How many passwords are compared at the same time unless the operator says otherwise.
pub const DEFAULT_PASSWORD_CHECKS: i64 = 10;

/// Lets other requests of the instance run in the middle of long computations.
pub trait Pause {
    /// Gives way once.
    fn pause(&self) -> LocalFuture<'_, ()>;
}

/// What an instance keeps from request to request. Nothing in it belongs to a request or a tenant.
pub struct Services {
    /// Database connections.
    pub pool: Pool,
    /// Uploaded pictures.
    pub blobs: Rc<dyn Blobs>,
    /// Time.
    pub clock: Rc<dyn Clock>,
    /// Randomness.
    pub rng: Rc<dyn Rng>,
    /// Giving way.
    pub pause: Rc<dyn Pause>,
    /// Keys for tokens.
    pub ring: KeyRing,
    has_new_mail: Cell<bool>,
    password_checks: Cell<i64>,
}

impl Services {
    /// Services over these; nothing is opened yet.
    pub fn new(
        database: Rc<dyn Database>,
        blobs: Rc<dyn Blobs>,
        clock: Rc<dyn Clock>,
        rng: Rc<dyn Rng>,
        pause: Rc<dyn Pause>,
    ) -> Self {
        let (pool, has_new_mail) = (Pool::new(database), Cell::new(false));
        let password_checks = Cell::new(DEFAULT_PASSWORD_CHECKS);
        Self { pool, blobs, clock, rng, pause, ring: KeyRing::default(), has_new_mail, password_checks }
    }

    /// How many passwords may be compared at the same time, over all instances.
    pub fn password_checks(&self) -> i64 {
        self.password_checks.get()
    }

    /// Sets how many.
    pub fn set_password_checks(&self, limit: i64) {
        self.password_checks.set(limit);
    }

    /// The smallest ULID of a moment: those of earlier ones sort before it.
    pub fn ulid_at(moment: Millis) -> String {
        ulid::Ulid::from_parts(u64::try_from(moment).unwrap_or_default(), 0).to_string()
    }

    /// Notes whether a request has put mail into the outbox, to be delivered once it is answered.
    pub(super) fn note_mail(&self, has_mail: bool) {
        if has_mail {
            self.has_new_mail.set(true);
        }
    }

    /// Whether mail was put into the outbox since this was last asked.
    pub fn take_new_mail(&self) -> bool {
        self.has_new_mail.replace(false)
    }

    /// A new ULID.
    pub fn ulid(&self) -> String {
        let random = u128::from(self.rng.next_u64()) << 64 | u128::from(self.rng.next_u64());
        ulid::Ulid::from_parts(u64::try_from(self.clock.now()).unwrap_or_default(), random).to_string()
    }
}
