//! Back-off: whoever fails or asks too often has to wait, longer each time.

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
pub(super) fn login_from(ctx: &Ctx<'_>) -> Option<Subject> {
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

/// An attempt that was counted: for its subject, and maybe for the network address it came from.
#[derive(Debug)]
pub(super) struct Counted {
    subject: Subject,
    /// The network address, and until when it has to wait because of this attempt.
    from: Option<(Subject, Millis)>,
}

impl Counted {
    /// It was no guess: forgets all attempts of its subject, but of its network address this one alone. Otherwise whoever
    /// has an account could log in with it now and then, and guess at others' for ever.
    pub(super) async fn forgive(&self, store: System<'_, Write>) -> Result<()> {
        clear(store, &self.subject).await?;
        if let Some((from, until)) = &self.from {
            store.take_attempt_back(&from.key, *until).await?;
        }
        Ok(())
    }
}

/// An attempt that is about to be made.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    /// What it counts for.
    pub(super) subject: Subject,
    /// The network address that it counts for as well.
    pub(super) from: Option<Subject>,
}

impl Attempt {
    /// Refuses while the subject or the network address has to wait.
    ///
    /// # Errors
    /// `TooMany` with the seconds left.
    async fn check<M>(&self, store: System<'_, M>, now: Millis) -> Result<()> {
        let from = self.from.as_ref().map(|from| from.key.as_str());
        refuse_until(store.locked_until(&self.subject.key, from).await?, now)
    }

    /// Counts it.
    pub(super) async fn count(self, store: System<'_, Write>, now: Millis) -> Result<Counted> {
        count(store, &self.subject, now).await?;
        let from = match self.from {
            Some(from) => {
                let until = count_alone(store, &from, now).await?;
                Some((from, until))
            }
            None => None,
        };
        Ok(Counted { subject: self.subject, from })
    }

    /// Begins the transaction in which it is counted, unless it has to wait. What is counted there stays counted whatever
    /// becomes of the attempt, and of many at the same moment no more are let through than one by one.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub(super) async fn begin<'c>(&self, ctx: &'c Ctx<'_>) -> Result<Work<'c>> {
        // Without the write lock first: whoever has to wait must not make others wait.
        self.check(ctx.system(), ctx.now()).await?;
        let work = ctx.begin_system().await?;
        self.check(work.system(), ctx.now()).await?;
        Ok(work)
    }

    async fn admit(self, ctx: &Ctx<'_>) -> Result<()> {
        let work = self.begin(ctx).await?;
        self.count(work.system(), ctx.now()).await?;
        work.save_unaudited().await
    }
}

/// Refuses while `subject` has to wait, else counts an attempt that stays counted whatever becomes of it.
///
/// # Errors
/// `TooMany` with the seconds left.
pub(in crate::ops) async fn admit(ctx: &Ctx<'_>, subject: Subject) -> Result<()> {
    Attempt { subject, from: None }.admit(ctx).await
}

/// As [`admit`], for a mail that a stranger asks for: it counts for the network address of the client as well.
///
/// # Errors
/// `TooMany` with the seconds left.
pub(in crate::ops) async fn admit_mail(ctx: &Ctx<'_>, subject: Subject) -> Result<()> {
    Attempt { subject, from: forgotten_from(ctx) }.admit(ctx).await
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
