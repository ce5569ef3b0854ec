//! Mail on its way out: what a deliverer takes, what became of it, and what the operator sees.
//!
//! Sending is not done here. A deliverer claims one mail, sends it outside of any transaction, and says what came of it.
//! One that dies in between loses nothing: the mail comes due again when its lease ends, under the same id.

use crate::clock::Millis;
use crate::error::Result;
use crate::ops::ctx::{Ctx, Services};
use crate::policy::Permission;
use crate::store::events::outbox::{DueMail, MailLife, StoredMail};
use crate::store::{Read, System, Write};

/// How long and how often a mail is tried. Attempts lie 30 s, 1, 2, 4, … minutes apart, so the last one is made some four
/// hours after the first.
pub const LIFE: MailLife =
    MailLife { lifetime: 72 * 60 * 60 * 1000, attempts: 10, first_pause: LEASE, longest_pause: 6 * 60 * 60 * 1000 };

/// How long a claimed mail is its deliverer's alone, the first time: sending one must take less. (When its life ends
/// sooner it may be given up meanwhile, but nobody else sends it.)
pub const LEASE: Millis = 30 * 1000;

/// How long it is kept what became of a mail.
const KEPT: Millis = 30 * 24 * 60 * 60 * 1000;

/// Longest list.
const MAX_LIST: i64 = 100;

/// Longest error text that is kept.
const MAX_ERROR: usize = 300;

/// Sorts behind every ULID: the first character of one is at most `7`.
const AFTER_ALL: &str = "8";

/// What a deliverer got.
pub struct Claim {
    /// Mails whose life was over.
    pub given_up: usize,
    /// The mail to be sent; none when no more are due.
    pub mail: Option<DueMail>,
}

/// Mails of the whole installation, newest first, at most 100: the newest, or those before the id `before`. One-time codes
/// are in clear in those that wait.
pub async fn list(ctx: &Ctx<'_>, before: Option<&str>) -> Result<Vec<StoredMail>> {
    ctx.authorize_on_platform(Permission::OutboxManage)?;
    Ok(ctx.system().mails(before.unwrap_or(AFTER_ALL), MAX_LIST).await?)
}

/// Fails unless the caller may have mail delivered.
///
/// # Errors
/// `Unauthenticated` without a caller; `Forbidden` without the permission.
pub fn authorize_delivery(ctx: &Ctx<'_>) -> Result<()> {
    ctx.authorize_on_platform(Permission::OutboxManage)
}

/// Gives up what is too old, and takes the mail that has been due for longest.
pub async fn claim(services: &Services) -> Result<Claim> {
    let now = services.clock.now();
    let unit = services.pool.begin().await?;
    let store = System::<Write>::new(&unit);
    let given_up = store.give_up_expired_mail(LIFE, now).await?;
    store.sweep_mails(&Services::ulid_at(now - KEPT)).await?;
    let mail = store.claim_mail(LIFE, now).await?;
    unit.save_unaudited().await?;
    Ok(Claim { given_up, mail })
}

/// Gives up what is too old; how many.
pub async fn give_up_expired(services: &Services) -> Result<usize> {
    let now = services.clock.now();
    // Mostly there is none, and no reason to keep other writers waiting.
    if !System::<Read>::new(&services.pool).has_expired_mail(LIFE, now).await? {
        return Ok(0);
    }
    let unit = services.pool.begin().await?;
    let given_up = System::<Write>::new(&unit).give_up_expired_mail(LIFE, now).await?;
    unit.save_unaudited().await?;
    Ok(given_up)
}

/// The provider took the mail `id`.
pub async fn delivered(services: &Services, id: &str) -> Result<()> {
    let unit = services.pool.begin().await?;
    System::<Write>::new(&unit).mail_delivered(id, services.clock.now()).await?;
    unit.save_unaudited().await
}

/// An attempt to send the mail `id` failed, and with `is_final` another would fail as well. `error` is for the operator,
/// without the code; 300 characters of it are kept. Whether the mail was given up.
pub async fn failed(services: &Services, id: &str, error: &str, is_final: bool) -> Result<bool> {
    let error: String = error.chars().take(MAX_ERROR).collect();
    let unit = services.pool.begin().await?;
    let store = System::<Write>::new(&unit);
    let is_given_up = store.mail_failed(id, &error, is_final, LIFE, services.clock.now()).await?;
    unit.save_unaudited().await?;
    Ok(is_given_up)
}

/// How many mails wait to be sent.
pub async fn waiting(services: &Services) -> Result<i64> {
    Ok(System::<Read>::new(&services.pool).waiting_mails().await?)
}

#[cfg(test)]
#[cfg(feature = "native")]
#[path = "outbox_tests.rs"]
mod tests;
