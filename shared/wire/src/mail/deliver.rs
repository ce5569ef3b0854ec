//! Delivery: claim a mail, send it, say what came of it.

use iam_domain::clock::Millis;
use iam_domain::error::Result;
use iam_domain::ops::Services;
use iam_domain::ops::credentials::passwords;
use iam_domain::ops::events::outbox;
use iam_domain::store::LocalFuture;
use iam_domain::store::events::outbox::DueMail;
use serde::Serialize;
use serde_json::Value;

use super::message;
use super::providers::{self, Fault};
use super::settings::{MailSettings, Provider};
use crate::pipeline::app::App;
use crate::runtime::outbound::Outbound;

/// Most mails of one round.
const MOST: usize = 10;

/// A round that has taken so long begins no further mail: the runtime gives a request, and what follows it, 30 seconds.
const ROUND: Millis = 8 * 1000;

/// What came of one round.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// Mails that the provider took.
    pub delivered: usize,
    /// Mails that were given up.
    pub failed: usize,
    /// Mails that are still to be sent, now or later.
    pub waiting: i64,
}

/// Sends mails that are due, one after the other, at most ten. Each is claimed just before it is sent, so that its lease
/// cannot run out while earlier ones take their time. With the provider `log` only gives up what is too old.
///
/// # Errors
/// Those of the store. A mail that the provider does not take is no error.
pub async fn deliver_due(services: &Services, outbound: &dyn Outbound, settings: &MailSettings) -> Result<Delivery> {
    let (delivered, failed) = round(services, outbound, settings).await?;
    Ok(Delivery { delivered, failed, waiting: outbox::waiting(services).await? })
}

/// What a component does after a request that put mail into the outbox. Its faults go to the log; the mail stays in the
/// outbox.
pub fn deliver_due_afterwards(app: &App) -> LocalFuture<'_, ()> {
    Box::pin(async move {
        // Without settings no request was answered, so there is no mail of ours.
        let Ok(settings) = app.settings() else { return };
        if let Err(error) = round(app.services(), app.outbound(), &settings.mail).await {
            crate::log::line(&format!("level=error op=outbox.deliver {}", error.log_line()));
        }
    })
}

/// Mails delivered and given up.
async fn round(services: &Services, outbound: &dyn Outbound, settings: &MailSettings) -> Result<(usize, usize)> {
    // Only here is it looked up whether anybody has the address that a new password was asked for.
    passwords::resolve_requests(services).await?;
    if matches!(settings.provider, Provider::Log) {
        return Ok((0, outbox::give_up_expired(services).await?));
    }
    let begun = services.clock.now();
    let (mut delivered, mut failed) = (0, 0);
    for _ in 0..MOST {
        let claim = outbox::claim(services).await?;
        failed += claim.given_up;
        let Some(mail) = claim.mail else { break };
        match send(services, outbound, settings, &mail).await {
            Ok(()) => {
                outbox::delivered(services, &mail.id).await?;
                delivered += 1;
            }
            Err(fault) => failed += usize::from(note(services, settings, &mail, fault).await?),
        }
        if services.clock.now() - begun > ROUND {
            break;
        }
    }
    Ok((delivered, failed))
}

async fn send(
    services: &Services,
    outbound: &dyn Outbound,
    settings: &MailSettings,
    mail: &DueMail,
) -> Result<(), Fault> {
    let message = message::write(&mail.template, &mail.payload, &settings.pages).map_err(Fault::passing)?;
    let now = services.clock.now_seconds();
    let request = providers::request(&settings.provider, mail, &message, now)?;
    let request = request.ok_or_else(|| Fault::passing("no provider is set"))?;
    let answer = outbound.send(request).await.map_err(Fault::passing)?;
    providers::verdict(&answer)
}

/// Keeps and logs what went wrong; whether the mail was given up.
async fn note(services: &Services, settings: &MailSettings, mail: &DueMail, fault: Fault) -> Result<bool> {
    let is_given_up = outbox::failed(services, &mail.id, &kept(mail, &fault), fault.is_final).await?;
    let (level, end) = if is_given_up { ("error", "given up") } else { ("warn", "to be tried again") };
    let (id, provider, summary) = (&mail.id, settings.provider.name(), fault.summary);
    crate::log::line(&format!("level={level} op=outbox.deliver mail={id} provider={provider} {end}: {summary}"));
    Ok(is_given_up)
}

/// The text to be kept with the mail: what the provider said may repeat the code or the link, which must not outlive the
/// payload.
fn kept(mail: &DueMail, fault: &Fault) -> String {
    let text = match &fault.detail {
        Some(detail) => format!("{}: {detail}", fault.summary),
        None => fault.summary.clone(),
    };
    [("code", "[code]"), ("link", "[link]")].iter().fold(text, |text, (key, shown)| {
        match mail.payload.get(key).and_then(Value::as_str) {
            Some(secret) if !secret.is_empty() => text.replace(secret, shown),
            _ => text,
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_code_is_not_kept() {
        let mail = DueMail {
            id: "1".to_owned(),
            template: "invitation".to_owned(),
            recipient: "a@b.example".to_owned(),
            payload: json!({"code": "eic_secret"}),
        };
        let fault = Fault {
            summary: "the provider answered 422".to_owned(),
            detail: Some("bad text: use eic_secret".to_owned()),
            is_final: true,
        };
        assert_eq!(kept(&mail, &fault), "the provider answered 422: bad text: use [code]");
        let invitation = DueMail { payload: json!({"link": "https://a.example/?t=1"}), ..mail.clone() };
        let fault_at_link = Fault { detail: Some("no https://a.example/?t=1 here".to_owned()), ..fault };
        assert_eq!(kept(&invitation, &fault_at_link), "the provider answered 422: no [link] here");
        let silent = Fault { detail: None, ..fault_at_link };
        assert_eq!(kept(&mail, &silent), "the provider answered 422");
    }
}
