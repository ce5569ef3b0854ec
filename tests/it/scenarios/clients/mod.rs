//! A client for each dialect, and what they share.

mod eazyrent;
mod idah;
mod logto;

use iam_tests::{Client, Response, Server};
use serde_json::Value;

use super::dialect::{Answer, Dialect, Refusal};
use super::for_each_dialect;

macro_rules! all_of {
    ([$($name:ident)*] $server:ident) => { vec![$(Box::new($name::client($server)) as Box<dyn Dialect + '_>),*] };
}

/// A client for each dialect, in order of their names.
pub fn all(server: &Server) -> Vec<Box<dyn Dialect + '_>> {
    for_each_dialect!(all_of server)
}

/// The answer if it has the status of success; else the refusal, whose code `code` reads from a body of the right shape.
#[track_caller]
fn take(answer: Response, status: u16, code: impl FnOnce(&Response) -> String) -> Answer<Response> {
    if answer.status == status {
        return Ok(answer);
    }
    assert!((400..500).contains(&answer.status), "{answer:?}");
    Err(Refusal { status: answer.status, code: code(&answer) })
}

/// The code of the newest mail to an address, as the platform's operator sees it.
#[track_caller]
fn mailed_code(server: &Server, email: &str) -> String {
    let operator = server.client().bearer(&server.bootstrap_token());
    // Some mails are written after the answer to whoever asked for them.
    operator.post_empty("/iam/v1/outbox/deliver/").expect(200);
    let mut before = String::new();
    loop {
        let mails = operator.get(&format!("/iam/v1/outbox/{before}")).expect(200).json();
        let mails = mails.as_array().unwrap();
        if let Some(mail) = mails.iter().find(|mail| mail["recipient"] == email) {
            return text(&mail["payload"]["code"]);
        }
        let last = mails.last().unwrap_or_else(|| panic!("no mail to {email}"));
        before = format!("?before={}", text(&last["id"]));
    }
}

/// A text that must be there.
#[track_caller]
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}

/// The items of a list.
#[track_caller]
fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("not a list: {value}"))
}

/// Sends JSON.
fn send(client: &Client, method: &str, path: &str, body: &Value) -> Response {
    client.send(method, path, Some("application/json"), body.to_string().as_bytes())
}
