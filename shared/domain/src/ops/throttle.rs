//! Back-off: whoever fails or asks too often has to wait, longer each time.

use super::ctx::Ctx;
use crate::clock::Millis;
use crate::crypto::secret::{hex, sha256};
use crate::error::{Error, Result};
use crate::model::{OrganizationId, PrincipalId};
use crate::store::{System, Write};

/// How much is allowed.
#[derive(Debug, Clone, Copy)]
struct Rule {
    /// Attempts that cost nothing.
    free: i64,
    /// Wait after the first attempt beyond; it doubles with each further one.
    first_wait: Millis,
    /// Longest wait.
    longest_wait: Millis,
    /// After so long, counting begins anew.
    window: Millis,
}

const SECOND: Millis = 1000;
const MINUTE: Millis = 60 * SECOND;
const HOUR: Millis = 60 * MINUTE;

/// Wrong passwords.
const LOGIN: Rule = Rule { free: 5, first_wait: SECOND, longest_wait: 15 * MINUTE, window: HOUR };
/// Wrong pairing codes.
const PAIRING: Rule = Rule { free: 10, first_wait: MINUTE, longest_wait: HOUR, window: 24 * HOUR };
/// Mails that were asked for.
const MAIL: Rule = Rule { free: 3, first_wait: MINUTE, longest_wait: HOUR, window: HOUR };
/// Registrations from one network address.
const REGISTRATION: Rule = Rule { free: 100, first_wait: MINUTE, longest_wait: HOUR, window: HOUR };

/// What attempts are counted for.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    key: String,
    rule: Rule,
}

/// Passwords tried for an e-mail address, whether somebody has it or not. The address itself is not stored: it is a
/// stranger's word.
pub(super) fn login(email_key: &str) -> Subject {
    Subject { key: format!("login:{}", hex(&sha256(email_key))), rule: LOGIN }
}

/// Pairing codes tried by an organization.
pub(super) fn pairing(organization: OrganizationId) -> Subject {
    Subject { key: format!("pairing:{organization}"), rule: PAIRING }
}

/// Mails asked for on behalf of somebody.
pub(super) fn mail_to(id: PrincipalId) -> Subject {
    Subject { key: format!("mail:{id}"), rule: MAIL }
}

/// Mails with an invitation that were asked for again, by whichever organization.
pub(super) fn invitation_to(email_key: &str) -> Subject {
    Subject { key: format!("invitation:{}", hex(&sha256(email_key))), rule: MAIL }
}

/// Mails asked for by strangers, for an e-mail address that somebody may or may not have.
pub(super) fn forgotten(email_key: &str) -> Subject {
    Subject { key: format!("forgotten:{}", hex(&sha256(email_key))), rule: MAIL }
}

/// Registrations, and pairing codes tried with them, from a network address.
pub(super) fn registration(address: &str) -> Subject {
    Subject { key: format!("registration:{address}"), rule: REGISTRATION }
}

/// Refuses while `subject` has to wait.
///
/// # Errors
/// `TooMany` with the seconds left.
pub(super) async fn check<M>(store: System<'_, M>, subject: &Subject, now: Millis) -> Result<()> {
    let until = store.locked_until(&subject.key).await?;
    if until <= now {
        return Ok(());
    }
    let seconds = (until - now + SECOND - 1) / SECOND;
    Err(Error::too_many(u32::try_from(seconds).unwrap_or(u32::MAX)))
}

/// Refuses while `subject` has to wait, else counts an attempt, both in one transaction of its own: what is counted stays
/// counted whatever becomes of the attempt, and of many at the same moment no more are let through than one by one.
///
/// # Errors
/// `TooMany` with the seconds left.
pub(super) async fn admit(ctx: &Ctx<'_>, subject: &Subject) -> Result<()> {
    // Without the write lock first: whoever has to wait must not make others wait.
    check(ctx.system(), subject, ctx.now()).await?;
    let work = ctx.begin_system().await?;
    check(work.system(), subject, ctx.now()).await?;
    count(work.system(), subject, ctx.now()).await?;
    work.save_unaudited().await
}

/// Counts an attempt, and makes `subject` wait when there were too many.
pub(super) async fn count(store: System<'_, Write>, subject: &Subject, now: Millis) -> Result<()> {
    let Rule { free, first_wait, longest_wait, window } = subject.rule;
    store.sweep_attempts(now - 24 * HOUR, now).await?;
    let beyond = store.count_attempt(&subject.key, now - window, now).await? - free;
    if beyond > 0 {
        let doublings = u32::try_from(beyond - 1).unwrap_or(u32::MAX).min(20);
        let wait = (first_wait << doublings).min(longest_wait);
        store.lock_out(&subject.key, now + wait).await?;
    }
    Ok(())
}

/// Forgets the attempts of `subject`.
pub(super) async fn clear(store: System<'_, Write>, subject: &Subject) -> Result<()> {
    Ok(store.clear_attempts(&subject.key).await?)
}
