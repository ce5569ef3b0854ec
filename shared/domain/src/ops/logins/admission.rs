//! How many passwords are compared at the same time.
//!
//! Comparing one keeps a processor busy for some 50 ms and takes 19 MiB. More at the same time make each slower and the
//! whole run out of memory; so beyond a bound the answer is `TooMany` at once. The bound holds over all instances, which
//! know of each other only through the database.

use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::store::logins::admission::PasswordCheckId;
use crate::store::{System, Write};

use crate::ops::ctx::Ctx;

/// After so long, an instance that has not ended its check has died.
const LONGEST: Millis = 10_000;

/// Seconds after which to try again.
const RETRY_AFTER: u32 = 1;

/// Refuses while enough are running: one statement without the write lock, so that whoever is refused holds up nobody.
///
/// # Errors
/// `TooMany`.
pub(in crate::ops) async fn refuse_when_full(ctx: &Ctx<'_>) -> Result<()> {
    let running = ctx.system().password_checks(ctx.now()).await?;
    if running < ctx.services().password_checks() { Ok(()) } else { Err(Error::too_many(RETRY_AFTER)) }
}

/// A comparison that was let in.
#[derive(Debug, Clone, Copy)]
pub(in crate::ops) struct Check(PasswordCheckId);

impl Check {
    /// Ends it in a transaction of its own.
    pub(in crate::ops) async fn end(self, ctx: &Ctx<'_>) -> Result<()> {
        let work = ctx.begin_system().await?;
        work.system().end_password_check(self.0, ctx.now()).await?;
        work.save_unaudited().await
    }
}

/// Begins one within a transaction.
///
/// # Errors
/// `TooMany` while enough are running.
pub(in crate::ops) async fn begin(ctx: &Ctx<'_>, store: System<'_, Write>) -> Result<Check> {
    let limit = ctx.services().password_checks();
    let begun = store.begin_password_check(ctx.now() + LONGEST, ctx.now(), limit).await?;
    begun.map(Check).ok_or_else(|| Error::too_many(RETRY_AFTER))
}

/// Begins one in a transaction of its own.
///
/// # Errors
/// `TooMany` while enough are running.
pub(in crate::ops) async fn begin_alone(ctx: &Ctx<'_>) -> Result<Check> {
    let work = ctx.begin_system().await?;
    let begun = begin(ctx, work.system()).await?;
    work.save_unaudited().await?;
    Ok(begun)
}
