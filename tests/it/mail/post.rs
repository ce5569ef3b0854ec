//! A server with a provider, and the mail of one new member.

use std::time::Instant;

use iam_domain::params;
use iam_tests::{Client, Runtime, Seed, Server};
use serde_json::{Value, json};

use super::provider::{PATIENCE, Provider};
use crate::wire::tenant::{Tenant, unique_email};

pub const MEMBERS: &str = "/iam/v1/team/members/";
pub const OUTBOX: &str = "/iam/v1/outbox/";
pub const DELIVER: &str = "/iam/v1/outbox/deliver/";
/// `mail_api_key` of every server here.
pub const KEY: &str = "test-only-mail-key";

/// What a webhook needs.
pub fn webhook(base: &str) -> [(&'static str, String); 4] {
    [
        ("mail_provider", "webhook".to_owned()),
        ("mail_webhook_url", format!("{base}/hook?from=iam")),
        ("mail_allowed_host", base.to_owned()),
        ("mail_api_key", KEY.to_owned()),
    ]
}

/// Starts a server with these variables.
pub fn start(runtime: Runtime, variables: &[(&'static str, String)]) -> Server {
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Server::start_with(runtime, &variables)
}

/// Adds a member called Ada; gives the address.
#[track_caller]
pub fn invite(tenant: &Tenant) -> String {
    let email = unique_email("ada");
    let new = json!({"first_name": "Ada", "last_name": "Lovelace", "email": email});
    tenant.admin.post(MEMBERS, &new).expect(201);
    email
}

/// The operator of the platform.
pub fn operator(server: &Server) -> Client {
    server.client().bearer(&server.bootstrap_token())
}

/// The only mail in the outbox, as the operator sees it.
#[track_caller]
pub fn only_mail(operator: &Client) -> Value {
    let list = operator.get(OUTBOX).expect(200).json();
    let [mail] = list.as_array().unwrap().as_slice() else { panic!("not one mail: {list}") };
    mail.clone()
}

/// Asks until the only mail has a value in `field`: what follows an answer takes its time.
#[track_caller]
pub fn mail_with(operator: &Client, field: &str) -> Value {
    let start = Instant::now();
    loop {
        let mail = only_mail(operator);
        if !mail[field].is_null() {
            return mail;
        }
        assert!(start.elapsed() < PATIENCE, "no {field}: {mail}");
    }
}

/// Runs a round of delivery; gives the numbers of delivered, failed and waiting mails.
#[track_caller]
pub fn deliver(operator: &Client) -> [u64; 3] {
    let answer = operator.post_empty(DELIVER).expect(200).json();
    assert_eq!(answer.as_object().unwrap().len(), 3, "{answer}");
    ["delivered", "failed", "waiting"].map(|name| answer[name].as_u64().unwrap_or_else(|| panic!("{answer}")))
}

/// Lets the pause between attempts be over.
pub fn let_pause_end(seed: &Seed) {
    seed.run("UPDATE outbox SET next_attempt_at = 1", params![]);
}

/// The whole beginning: a webhook that has got the mail of a new member, whose answer is due.
pub fn begin(runtime: Runtime) -> (Provider, Server, Tenant) {
    let provider = Provider::start();
    let server = start(runtime, &webhook(provider.base()));
    let tenant = Tenant::new(&server, "Mailed");
    (provider, server, tenant)
}
