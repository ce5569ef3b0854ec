use iam_domain::store::LocalFuture;

use super::*;

struct Given<'a>(&'a [(&'static str, &'a str)]);

impl Variables for Given<'_> {
    fn get(&self, name: &'static str) -> LocalFuture<'_, Result<Option<String>>> {
        let value = self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Box::pin(std::future::ready(Ok(value)))
    }
}

fn load(given: &[(&'static str, &str)]) -> Result<MailSettings> {
    let variables = Given(given);
    let mut future = std::pin::pin!(MailSettings::load(&variables));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(result) => result,
        std::task::Poll::Pending => panic!("variables are at hand"),
    }
}

const RESEND: [(&str, &str); 4] = [
    ("mail_provider", "resend"),
    ("mail_from", "Accounts <accounts@example.org>"),
    ("mail_api_key", "re_123"),
    ("mail_allowed_host", "https://api.resend.com"),
];

/// [`RESEND`] with one variable set otherwise.
fn resend_but(name: &'static str, value: &'static str) -> Result<MailSettings> {
    load(&[&[(name, value)], &RESEND[..]].concat())
}

#[test]
fn nothing_set_means_that_nothing_is_sent() {
    let settings = load(&[]).unwrap();
    assert_eq!((settings.provider.name(), settings.pages.account), ("log", None));
    let settings = load(&[("mail_provider", "log"), ("mail_allowed_host", "https://mail.invalid")]).unwrap();
    assert_eq!(settings.provider.name(), "log");
}

#[test]
fn providers_have_their_own_address() {
    let Provider::Resend(account) = load(&RESEND).unwrap().provider else { panic!("not resend") };
    assert_eq!(account.url, "https://api.resend.com/emails");
    let elsewhere = [("mail_api_url", "http://127.0.0.1:8025/"), ("mail_allowed_host", "http://127.0.0.1:8025")];
    let postmark = [("mail_provider", "postmark")];
    let settings = load(&[&elsewhere[..], &postmark, &RESEND].concat()).unwrap();
    let Provider::Postmark(account) = settings.provider else { panic!("not postmark") };
    assert_eq!(account.url, "http://127.0.0.1:8025/email");
    assert!(!format!("{account:?}").contains("re_123"), "keys are not shown");
}

#[test]
fn a_webhook_needs_no_key() {
    let given = [
        ("mail_provider", "webhook"),
        ("mail_webhook_url", "https://Hooks.example.org:443/mail?x=1"),
        ("mail_allowed_host", "https://hooks.example.org/"),
    ];
    let Provider::Webhook(webhook) = load(&given).unwrap().provider else { panic!("not webhook") };
    assert!(webhook.key.is_none());
    let with_key = load(&[&given[..], &[("mail_api_key", "k")]].concat()).unwrap();
    let Provider::Webhook(webhook) = with_key.provider else { panic!("not webhook") };
    assert_eq!(webhook.key.unwrap().expose(), "k");
}

#[test]
fn the_host_must_be_allowed() {
    let error = resend_but("mail_allowed_host", "https://mail.invalid").unwrap_err();
    assert!(error.log_line().contains("variable mail_allowed_host must be https://api.resend.com, where mail goes"));
    for other in ["", "http://api.resend.com", "https://api.resend.com:8443"] {
        assert!(resend_but("mail_allowed_host", other).is_err(), "{other}");
    }
    // What patterns allow is the runtime's to decide.
    for pattern in ["https://*.resend.com", "*://*:*"] {
        assert!(resend_but("mail_allowed_host", pattern).is_ok(), "{pattern}");
    }
}

#[test]
fn a_wrong_variable_is_named() {
    for (name, value, wanted) in [
        ("mail_provider", "smtp", "log, webhook, resend or postmark"),
        ("mail_provider", "webhook", "a URL that begins with https:// or http://"),
        ("mail_api_url", "api.resend.com", "a URL that begins with https:// or http://"),
        ("mail_api_url", "ftp://api.resend.com", "a URL that begins with https:// or http://"),
        ("mail_api_url", "https://key@api.resend.com", "a URL that begins with https:// or http://"),
        ("mail_from", "", "the sender, such as accounts@example.org"),
        ("mail_from", "a@b.example\nBcc: c@d.example", "the sender, such as accounts@example.org"),
        ("mail_api_key", "", "the key that the provider gave you"),
        ("mail_api_key", "line\nbreak", "the key that the provider gave you"),
        ("account_page_url", "example.org", "a URL that begins with https:// or http://, without #"),
        ("account_page_url", "https://example.org/#/account", "a URL that begins with https:// or http://, without #"),
    ] {
        let error = resend_but(name, value).unwrap_err();
        let name = if value == "webhook" { "mail_webhook_url" } else { name };
        assert_eq!(error.log_line(), format!("internal: Internal error. (variable {name} must be {wanted})"));
    }
    assert_eq!(
        resend_but("account_page_url", "https://example.org/account").unwrap().pages.account.as_deref(),
        Some("https://example.org/account")
    );
}
