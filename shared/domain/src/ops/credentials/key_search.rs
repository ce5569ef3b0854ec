//! Searches for RSA keys: long computations, of which an instance runs a few at a time.

use std::cell::Cell;

use crate::crypto::{self, RsaKeyPair};
use crate::error::{Error, Result};
use crate::ops::ctx::Services;

/// Searches that an instance runs at a time. They take turns, so more would only make each of them slower.
const MAX_SEARCHES: u32 = 4;

thread_local! {
    static SEARCHES: Cell<u32> = const { Cell::new(0) };
}

/// A place among the running searches, given back on drop.
struct Place;

impl Place {
    fn take() -> Result<Self> {
        SEARCHES.with(|running| {
            if running.get() >= MAX_SEARCHES {
                return Err(Error::too_many(1));
            }
            running.set(running.get() + 1);
            Ok(Self)
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        SEARCHES.with(|running| running.set(running.get().saturating_sub(1)));
    }
}

/// Makes an RSA-2048 key pair, giving way to other requests between candidates.
///
/// # Errors
/// `TooMany` when enough searches are running.
pub(in crate::ops) async fn rsa_2048(services: &Services) -> Result<RsaKeyPair> {
    let _place = Place::take()?;
    Ok(crypto::generate_rsa_2048(services.rng.as_ref(), async || services.pause.pause().await).await?)
}
