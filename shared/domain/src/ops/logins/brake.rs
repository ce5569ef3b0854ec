//! The brake before passwords, in the order in which an attempt meets it.
//!
//! 1. There is a place for one more comparison, or `TooMany` at once. Comparing keeps a processor busy for some 50 ms and
//!    takes 19 MiB: more at the same time would make each slower and the whole run out of memory. The bound holds over all
//!    instances, which know of each other only through the database.
//! 2. Neither the address nor the client's network has to wait, or `TooMany` with the seconds left.
//! 3. The attempt is counted for both before anything is compared, so that guesses at the same moment count as well.
//! 4. The password is compared at the same cost whether or not there is somebody, or a password, to compare it with.
//! 5. The place is given back. Whoever was right is forgiven by the unit of work that lets them in.

use super::throttle::{Attempt, Counted, Subject, login_from};
use crate::clock::Millis;
use crate::crypto::{Sensitive, password};
use crate::error::{Error, Result};
use crate::model::PrincipalId;
use crate::ops::ctx::{Ctx, Work};
use crate::store::logins::admission::PasswordCheckId;
use crate::store::logins::read::Login;
use crate::store::{System, Write};

/// After so long, an instance that has not given a place back has died.
const LONGEST: Millis = 10_000;

/// Seconds after which to try again when all places are taken.
const RETRY_AFTER: u32 = 1;

/// Refuses while all places are taken: one statement without the write lock, so that whoever is refused holds up nobody.
///
/// # Errors
/// `TooMany`.
pub(in crate::ops) async fn refuse_when_full(ctx: &Ctx<'_>) -> Result<()> {
    let taken = ctx.system().password_checks(ctx.now()).await?;
    if taken < ctx.services().password_checks() { Ok(()) } else { Err(full()) }
}

/// Compares `text` with the password of `login`, if there is one. `None`: it is wrong.
///
/// # Errors
/// `TooMany` while `subject` or the network has to wait, or all places are taken; nothing is compared then.
pub(in crate::ops) async fn compare(
    ctx: &Ctx<'_>,
    subject: Subject,
    login: Option<&Login>,
    text: &str,
) -> Result<Option<Verified>> {
    let attempt = Attempt { subject, from: login_from(ctx) };
    let work = attempt.begin(ctx).await?;
    let place = Place::take(ctx, work.system()).await?;
    let counted = attempt.count(work.system(), ctx.now()).await?;
    work.save_unaudited().await?;

    let known = login.filter(|_| text.len() <= password::MAX_PASSWORD_BYTES);
    let Some((id, hash)) = known.and_then(|login| Some((login.id, login.password_hash.clone()?))) else {
        password::verify_absent(text)?;
        place.give_back(ctx).await?;
        return Ok(None);
    };
    let verdict = password::verify(text, hash.expose())?;
    place.give_back(ctx).await?;
    if !verdict.matches {
        return Ok(None);
    }
    let stronger = if verdict.needs_rehash { Some(password::hash(text, ctx.rng())?) } else { None };
    Ok(Some(Verified { id, hash, stronger, counted }))
}

/// Takes the time of a comparison for what nobody can have as a login. There is no subject to count it for: it could be
/// another text each time.
///
/// # Errors
/// `TooMany` while all places are taken.
pub(in crate::ops) async fn compare_with_nobody(ctx: &Ctx<'_>, text: &str) -> Result<()> {
    let work = ctx.begin_system().await?;
    let place = Place::take(ctx, work.system()).await?;
    work.save_unaudited().await?;
    password::verify_absent(text)?;
    place.give_back(ctx).await
}

/// A password that was right when it was compared. That took its time: another one may have been set meanwhile.
pub(in crate::ops) struct Verified {
    id: PrincipalId,
    hash: Sensitive<String>,
    /// The hash made anew, where the stored one is weak.
    pub(super) stronger: Option<String>,
    counted: Counted,
}

impl Verified {
    /// The user as stored now, if the password is still the one that was compared.
    pub(in crate::ops) async fn still_holds(&self, work: &Work<'_>) -> Result<Option<Login>> {
        let login = work.system().login_by_id(self.id).await?;
        let is_same =
            |login: &Login| login.password_hash.as_ref().is_some_and(|hash| hash.expose() == self.hash.expose());
        Ok(login.filter(is_same))
    }

    /// Counts the attempt, and those before it, no longer.
    pub(in crate::ops) async fn forgive(&self, work: &Work<'_>) -> Result<()> {
        self.counted.forgive(work.system()).await
    }
}

/// A place for a comparison.
#[derive(Debug, Clone, Copy)]
struct Place(PasswordCheckId);

impl Place {
    async fn take(ctx: &Ctx<'_>, store: System<'_, Write>) -> Result<Self> {
        let limit = ctx.services().password_checks();
        let taken = store.begin_password_check(ctx.now() + LONGEST, ctx.now(), limit).await?;
        taken.map(Self).ok_or_else(full)
    }

    /// In a transaction of its own: what comes next may fail, and whoever logs in meanwhile must not pay for that.
    async fn give_back(self, ctx: &Ctx<'_>) -> Result<()> {
        let work = ctx.begin_system().await?;
        work.system().end_password_check(self.0, ctx.now()).await?;
        work.save_unaudited().await
    }
}

fn full() -> Error {
    Error::too_many(RETRY_AFTER)
}
