//! Back-off: whoever fails or asks too often has to wait, longer each time.

use super::admission::{self, Check};
use crate::clock::Millis;
use crate::crypto::secret::{hex, sha256};
use crate::error::{Error, Result};
use crate::model::{OrganizationId, PrincipalId};
use crate::ops::ctx::{Ctx, Work};
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
/// Wrong passwords from one network address, whosoever's. Many people may share one.
const LOGIN_FROM: Rule = Rule { free: 100, ..LOGIN };
/// Wrong pairing codes.
const PAIRING: Rule = Rule { free: 10, first_wait: MINUTE, longest_wait: HOUR, window: 24 * HOUR };
/// Mails that were asked for.
const MAIL: Rule = Rule { free: 3, first_wait: MINUTE, longest_wait: HOUR, window: HOUR };
/// Mails that strangers asked for from one network address.
const MAIL_FROM: Rule = Rule { free: 100, ..MAIL };
/// Registrations from one network address.
const REGISTRATION: Rule = Rule { free: 100, first_wait: MINUTE, longest_wait: HOUR, window: HOUR };

/// What attempts are counted for.
#[derive(Debug, Clone)]
pub(in crate::ops) struct Subject {
    key: String,
    rule: Rule,
}

/// Passwords tried for an e-mail address, whether somebody has it or not. The address itself is not stored: it is a
/// stranger's word.
pub(in crate::ops) fn login(email_key: &str) -> Subject {
    Subject { key: format!("login:{}", hex(&sha256(email_key))), rule: LOGIN }
}

/// Passwords tried from the network address of the client, if it is known to be one client's.
fn login_from(ctx: &Ctx<'_>) -> Option<Subject> {
    let client = ctx.request().client.as_deref()?;
    Some(Subject { key: format!("login-from:{client}"), rule: LOGIN_FROM })
}

/// Mails asked for from there by strangers.
fn forgotten_from(ctx: &Ctx<'_>) -> Option<Subject> {
    let client = ctx.request().client.as_deref()?;
    Some(Subject { key: format!("forgotten-from:{client}"), rule: MAIL_FROM })
}

/// Pairing codes tried by an organization.
pub(in crate::ops) fn pairing(organization: OrganizationId) -> Subject {
    Subject { key: format!("pairing:{organization}"), rule: PAIRING }
}

/// Mails asked for on behalf of somebody.
pub(in crate::ops) fn mail_to(id: PrincipalId) -> Subject {
    Subject { key: format!("mail:{id}"), rule: MAIL }
}

/// Mails with an invitation that were asked for again, by whichever organization.
pub(in crate::ops) fn invitation_to(email_key: &str) -> Subject {
    Subject { key: format!("invitation:{}", hex(&sha256(email_key))), rule: MAIL }
}

/// Mails asked for by strangers, for an e-mail address that somebody may or may not have.
pub(in crate::ops) fn forgotten(email_key: &str) -> Subject {
    Subject { key: format!("forgotten:{}", hex(&sha256(email_key))), rule: MAIL }
}

/// Registrations, and pairing codes tried with them, from a network address.
pub(in crate::ops) fn registration(address: &str) -> Subject {
    Subject { key: format!("registration:{address}"), rule: REGISTRATION }
}

/// Refuses while `subject` has to wait.
///
/// # Errors
/// `TooMany` with the seconds left.
pub(in crate::ops) async fn check<M>(store: System<'_, M>, subject: &Subject, now: Millis) -> Result<()> {
    refuse_until(store.locked_until(&subject.key, None).await?, now)
}

fn refuse_until(until: Millis, now: Millis) -> Result<()> {
    if until <= now {
        return Ok(());
    }
    let seconds = (until - now + SECOND - 1) / SECOND;
    Err(Error::too_many(u32::try_from(seconds).unwrap_or(u32::MAX)))
}

/// An attempt that was let in, and counted.
#[derive(Debug)]
pub(in crate::ops) struct Admitted {
    subject: Subject,
    /// The network address that it was counted for as well, and until when it has to wait because of it.
    from: Option<(Subject, Millis)>,
    /// The comparison that it was let in for.
    check: Option<Check>,
}

impl Admitted {
    /// It was no guess: forgets all attempts of its subject, but of its network address this one alone. Otherwise whoever
    /// has an account could log in with it now and then, and guess at others' for ever.
    pub(in crate::ops) async fn forgive(&self, store: System<'_, Write>) -> Result<()> {
        clear(store, &self.subject).await?;
        if let Some((from, until)) = &self.from {
            store.take_attempt_back(&from.key, *until).await?;
        }
        Ok(())
    }

    /// The password was compared, with whatever outcome. In a transaction of its own: what comes next may fail, and whoever
    /// logs in meanwhile must not pay for that.
    pub(in crate::ops) async fn end(&self, ctx: &Ctx<'_>) -> Result<()> {
        match self.check {
            Some(check) => check.end(ctx).await,
            None => Ok(()),
        }
    }
}

/// Refuses while `subject` has to wait, else counts an attempt, both in one transaction of its own: what is counted stays
/// counted whatever becomes of the attempt, and of many at the same moment no more are let through than one by one.
///
/// # Errors
/// `TooMany` with the seconds left.
pub(in crate::ops) async fn admit(ctx: &Ctx<'_>, subject: Subject) -> Result<Admitted> {
    admit_both(ctx, subject, None, false).await
}

/// As [`admit`], for a password tried for `subject`: it counts for the network address of the client as well, and as one
/// that is being compared until it is [ended](Admitted::end).
///
/// # Errors
/// `TooMany` with the seconds left, or while enough passwords are being compared.
pub(in crate::ops) async fn admit_password(ctx: &Ctx<'_>, subject: Subject) -> Result<Admitted> {
    admit_both(ctx, subject, login_from(ctx), true).await
}

/// As [`admit`], for a mail that a stranger asks for: it counts for the network address of the client as well.
///
/// # Errors
/// `TooMany` with the seconds left.
pub(in crate::ops) async fn admit_mail(ctx: &Ctx<'_>, subject: Subject) -> Result<Admitted> {
    admit_both(ctx, subject, forgotten_from(ctx), false).await
}

async fn admit_both(ctx: &Ctx<'_>, subject: Subject, from: Option<Subject>, compares: bool) -> Result<Admitted> {
    let (now, other) = (ctx.now(), from.as_ref().map(|from| from.key.as_str()));
    // Without the write lock first: whoever has to wait must not make others wait.
    refuse_until(ctx.system().locked_until(&subject.key, other).await?, now)?;
    let work = ctx.begin_system().await?;
    let store = work.system();
    refuse_until(store.locked_until(&subject.key, other).await?, now)?;
    let check = if compares { Some(admission::begin(ctx, store).await?) } else { None };
    count(store, &subject, now).await?;
    let from = match from {
        Some(from) => {
            let until = count_alone(store, &from, now).await?;
            Some((from, until))
        }
        None => None,
    };
    work.save_unaudited().await?;
    Ok(Admitted { subject, from, check })
}

/// Refuses while `subject` has to wait, else counts an attempt within a unit of work that does more.
///
/// # Errors
/// `TooMany` with the seconds left.
pub(in crate::ops) async fn check_and_count(work: &Work<'_>, subject: &Subject, now: Millis) -> Result<()> {
    check(work.system(), subject, now).await?;
    count(work.system(), subject, now).await
}

/// Counts an attempt, and makes `subject` wait when there were too many.
pub(in crate::ops) async fn count(store: System<'_, Write>, subject: &Subject, now: Millis) -> Result<()> {
    store.sweep_attempts(now - 24 * HOUR, now).await?;
    count_alone(store, subject, now).await.map(|_| ())
}

/// Until when `subject` has to wait because of this attempt; 0 = not at all.
async fn count_alone(store: System<'_, Write>, subject: &Subject, now: Millis) -> Result<Millis> {
    let Rule { free, first_wait, longest_wait, window } = subject.rule;
    let beyond = store.count_attempt(&subject.key, now - window, now).await? - free;
    if beyond <= 0 {
        return Ok(0);
    }
    let doublings = u32::try_from(beyond - 1).unwrap_or(u32::MAX).min(20);
    let until = now + (first_wait << doublings).min(longest_wait);
    store.lock_out(&subject.key, until).await?;
    Ok(until)
}

/// Forgets the attempts of `subject`.
pub(in crate::ops) async fn clear(store: System<'_, Write>, subject: &Subject) -> Result<()> {
    Ok(store.clear_attempts(&subject.key).await?)
}
