use std::cell::RefCell;
use std::collections::BTreeSet;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use iam_domain::ops::DEFAULT_PASSWORD_CHECKS;
use iam_settings::SETTINGS;

use super::*;
use crate::settings::Settings;

/// Variables given in the test, and the names that were asked for.
struct Given<'a> {
    values: &'a [(&'a str, &'a str)],
    asked: RefCell<BTreeSet<&'static str>>,
}

impl Variables for Given<'_> {
    fn get(&self, name: &'static str) -> LocalFuture<'_, Result<Option<String>>> {
        self.asked.borrow_mut().insert(name);
        let value = self.values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Box::pin(std::future::ready(Ok(value)))
    }
}

/// The settings, and the names that were read for them.
fn load(values: &[(&str, &str)]) -> (Result<Settings>, BTreeSet<&'static str>) {
    let given = Given { values, asked: RefCell::default() };
    let settings = match pin!(Settings::load(&given)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(settings) => settings,
        Poll::Pending => panic!("variables are at hand"),
    };
    (settings, given.asked.into_inner())
}

#[test]
fn every_setting_of_the_table_is_read() {
    // The host of the provider matters only where there is one.
    let (settings, asked) =
        load(&[("upstream_issuer", "https://id.example.org"), ("upstream_allowed_host", "https://id.example.org")]);
    settings.unwrap();
    assert_eq!(asked, SETTINGS.iter().map(|setting| setting.name).collect());
}

/// A component that is not given a variable agrees with one that is given the manifest's default, or an empty text.
#[test]
fn a_default_an_empty_text_and_nothing_are_the_same() {
    let of = |values: &[(&str, &str)]| format!("{:?}", load(values).0.unwrap());
    let defaults: Vec<_> = SETTINGS.iter().map(|setting| (setting.name, setting.default)).collect();
    let empty: Vec<_> = SETTINGS.iter().map(|setting| (setting.name, "")).collect();
    assert_eq!(of(&defaults), of(&[]));
    assert_eq!(of(&empty), of(&[]));
}

#[test]
fn defaults_are_those_of_the_service() {
    let settings = load(&[]).0.unwrap();
    assert_eq!(settings.public_url, None);
    assert_eq!(settings.signing_key_generation, "1");
    assert_eq!(settings.eazyrent_tokens.algorithm, SigningAlgorithm::EdDsa);
    assert_eq!((settings.eazyrent_tokens.lifetime, settings.logto_tokens.lifetime), (43_199, 3600));
    assert_eq!(settings.eazyrent_project_id, "310976816384838665");
    assert!(!settings.eazyrent_strict_acting_account && settings.idah_secure_cookies);
    assert_eq!(settings.logto_management_resource, "https://default.logto.app/api");
    assert_eq!(settings.idah_access_token_ttl, 86_400);
    assert_eq!(settings.max_password_checks, DEFAULT_PASSWORD_CHECKS);
    assert_eq!(settings.bootstrap.organization, "Default");
    assert!(settings.disabled_dialects.is_empty() && settings.upstream.is_none());
}

#[test]
fn values_are_taken_as_they_are_meant() {
    let settings = load(&[
        ("public_url", "https://iam.example.org/"),
        ("accepted_issuers", "a, b  c,"),
        ("disabled_dialects", "logto, oauth"),
        ("client_address_header", "X-Forwarded-For"),
        ("eazyrent_strict_acting_account", "1"),
        ("idah_secure_cookies", "0"),
        ("application_secret_key", "test-only-secret-of-32-characters"),
    ]);
    let settings = settings.0.unwrap();
    assert_eq!(settings.public_url.as_deref(), Some("https://iam.example.org"));
    assert_eq!(settings.accepted_issuers, ["a", "b", "c"]);
    assert!(settings.disables("logto") && settings.disables("oauth") && !settings.disables("idah"));
    assert_eq!(settings.client_address_header.as_deref(), Some("x-forwarded-for"));
    assert!(settings.eazyrent_strict_acting_account && !settings.idah_secure_cookies);
    assert!(settings.application_secret_key.is_some());
    assert!(load(&[("idah_jwt_key", " ")]).0.unwrap().idah_key.is_none());
}

#[test]
fn a_wrong_value_is_named_and_not_shown() {
    for (name, value, wanted) in [
        ("public_url", "iam.example.org", "scheme and host only, such as https://iam.example.org"),
        ("public_url", "https://iam.example.org/base", "scheme and host only, such as https://iam.example.org"),
        ("disabled_dialects", "Logto", "a list of eazyrent, oauth, logto, idah"),
        ("logto_signing_algorithm", "HS256", "EdDSA, ES256 or RS256"),
        ("eazyrent_signing_algorithm", "none", "EdDSA, ES256 or RS256"),
        ("eazyrent_access_token_ttl", "0", "a number of seconds, from 1 to 31536000 (a year)"),
        ("logto_access_token_ttl", "31536001", "a number of seconds, from 1 to 31536000 (a year)"),
        ("idah_access_token_ttl", "1h", "a number of seconds, from 1 to 31536000 (a year)"),
        ("max_password_checks", "10001", "a number from 1 to 10000"),
        ("eazyrent_strict_acting_account", "maybe", "true or false"),
        ("idah_secure_cookies", "yes", "true or false"),
        ("application_secret_key", "test-only-secret-of-31-charact.", "at least 32 characters of random text"),
        ("client_address_header", "no header", "the name of a header, such as X-Forwarded-For"),
        ("idah_jwt_key", " file:/key.pem", "the PEM text of the key itself, as components cannot read files"),
    ] {
        let line = load(&[(name, value)]).0.unwrap_err().log_line();
        assert_eq!(line, format!("internal: Internal error. (variable {name} must be {wanted})"));
    }
}
