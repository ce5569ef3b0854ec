//! Mail of a development server: without a provider it stays in the outbox, so the terminal shows it.

use std::collections::HashSet;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use serde_json::{Map, Value};

use crate::secrets::Credentials;
use crate::{bootstrap, http, shell};

/// Pause between looks into the outbox.
const PAUSE: Duration = Duration::from_secs(2);

/// The variable that says where mail goes.
const PROVIDER: &str = "mail_provider";

/// Whether mail stays in the outbox, by the `--variable` arguments and the value of an environment variable.
pub fn stays(variables: &[String], environment: impl Fn(&str) -> Option<String>) -> bool {
    let is_none = |provider: &str| matches!(provider, "" | "log");
    // Arguments come before the environment, and of several the last counts.
    let given = variables.iter().rev().find_map(|variable| match variable.strip_prefix('@') {
        Some(file) => std::fs::read_to_string(file).ok()?.contains(PROVIDER).then_some("in the file"),
        None => variable.strip_prefix(PROVIDER)?.strip_prefix('='),
    });
    match given {
        Some(provider) => is_none(provider),
        None => environment("SPIN_VARIABLE_MAIL_PROVIDER").is_none_or(|provider| is_none(&provider)),
    }
}

/// Shows new mail, from the server at `authority` (`host:port`), until what it returns is dropped.
pub fn watch(authority: String, credentials: Credentials) -> Sender<()> {
    let (alive, ended) = channel();
    let mut outbox = Outbox { authority, credentials, token: None, seen: HashSet::new() };
    std::thread::spawn(move || {
        while ended.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
            outbox.look().iter().for_each(shell::say);
        }
    });
    alive
}

struct Outbox {
    authority: String,
    credentials: Credentials,
    token: Option<String>,
    /// Ids in the last list.
    seen: HashSet<String>,
}

impl Outbox {
    /// A line for each mail that is new. When the server does not answer, the next look may tell more.
    fn look(&mut self) -> Vec<String> {
        self.mails().map(|mails| self.news(&mails)).unwrap_or_default()
    }

    fn mails(&mut self) -> Option<Vec<Value>> {
        let token = match self.token.take() {
            Some(token) => token,
            None => bootstrap::token(&self.authority, &self.credentials).ok()?.token?,
        };
        let (status, body) = http::get(&self.authority, "/iam/v1/outbox/", &token).ok()?;
        // A token that is refused has run out: the next look asks for another.
        if status != 401 {
            self.token = Some(token);
        }
        (status == 200).then(|| serde_json::from_str(&body).ok()).flatten()
    }

    /// The list is newest first.
    fn news(&mut self, mails: &[Value]) -> Vec<String> {
        let text = |mail: &Value, name: &str| mail.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let new = mails.iter().rev().filter(|mail| !self.seen.contains(&text(mail, "id")));
        let lines = new.filter_map(|mail| {
            // Of a mail that was delivered or given up nothing is left.
            let payload = mail.get("payload").filter(|payload| **payload != Value::Object(Map::new()))?;
            let part = |name: &str| Some(format!(", {name} {}", payload.get(name)?.as_str()?));
            let matter = part("code").or_else(|| part("link")).unwrap_or_default();
            Some(format!("mail to {} ({}){matter}", text(mail, "recipient"), text(mail, "template")))
        });
        let lines = lines.collect();
        self.seen = mails.iter().map(|mail| text(mail, "id")).collect();
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;

    fn outbox(authority: String) -> Outbox {
        Outbox { authority, credentials: Credentials::generate().unwrap(), token: None, seen: HashSet::new() }
    }

    fn mail(id: &str, code: Option<&str>) -> Value {
        let payload = code.map_or_else(|| json!({}), |code| json!({ "code": code }));
        json!({ "id": id, "template": "invitation", "recipient": "a@b.example", "payload": payload })
    }

    #[test]
    fn each_mail_is_shown_once_and_the_oldest_first() {
        let mut outbox = outbox(String::new());
        let first = [mail("2", Some("two")), mail("1", Some("one"))];
        let shown = ["mail to a@b.example (invitation), code one", "mail to a@b.example (invitation), code two"];
        assert_eq!(outbox.news(&first), shown);
        assert!(outbox.news(&first).is_empty());
        let later = [mail("4", None), mail("3", Some("three")), mail("2", None)];
        assert_eq!(outbox.news(&later), ["mail to a@b.example (invitation), code three"]);
    }

    #[test]
    fn mails_without_a_code_are_shown_with_their_link_or_alone() {
        let mut outbox = outbox(String::new());
        let mail = |id: &str, payload: Value| json!({ "id": id, "template": "organization_invitation", "recipient": "a@b.example", "payload": payload });
        let link = json!({ "organization": "Acme", "link": "https://app.example/join" });
        let mails = [mail("2", json!({ "organization": "Acme", "link": null })), mail("1", link)];
        assert_eq!(
            outbox.news(&mails),
            [
                "mail to a@b.example (organization_invitation), link https://app.example/join",
                "mail to a@b.example (organization_invitation)",
            ]
        );
    }

    /// Answers requests one after the other; gives what each began with, and its token.
    fn server(answers: &'static [(u16, &str)]) -> (String, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let answer = move |(status, body): &(u16, &str)| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(&stream);
            let (mut head, mut length) = (String::new(), 0);
            while !head.ends_with("\r\n\r\n") {
                let start = head.len();
                reader.read_line(&mut head).unwrap();
                length =
                    head[start..].strip_prefix("Content-Length: ").map_or(length, |text| text.trim().parse().unwrap());
            }
            reader.take(length).read_to_end(&mut Vec::new()).unwrap();
            stream.write_all(format!("HTTP/1.1 {status} X\r\n\r\n{body}").as_bytes()).unwrap();
            let token = head.lines().find_map(|line| line.strip_prefix("Authorization: Bearer ")).unwrap_or("none");
            format!("{} {token}", head.split(" HTTP").next().unwrap())
        };
        (authority, std::thread::spawn(move || answers.iter().map(answer).collect()))
    }

    #[test]
    fn a_refused_token_is_renewed_and_errors_are_passed_over() {
        const LIST: &str = r#"[{"id":"1","template":"t","recipient":"r","payload":{"code":"c"}}]"#;
        let (authority, server) = server(&[
            (200, r#"{"access_token":"first"}"#),
            (200, "[]"),
            (503, "{}"),
            (401, "{}"),
            (200, r#"{"access_token":"second"}"#),
            (200, LIST),
        ]);
        let mut outbox = outbox(authority);
        for _ in 0..3 {
            assert!(outbox.look().is_empty());
        }
        assert_eq!(outbox.look(), ["mail to r (t), code c"]);
        let (token, list) = ("POST /oauth/v2/token none", "GET /iam/v1/outbox/");
        let [first, second] = ["first", "second"].map(|token| format!("{list} {token}"));
        assert_eq!(server.join().unwrap(), [token, &first, &first, &first, token, &second]);
        // Nobody is there any more.
        assert!(outbox.look().is_empty());
    }

    #[test]
    fn mail_that_a_provider_delivers_is_not_shown() {
        let nothing = |_: &str| None;
        let arguments = |list: &[&str]| -> Vec<String> { list.iter().map(ToString::to_string).collect() };
        assert!(stays(&[], nothing));
        assert!(stays(&arguments(&["mail_provider=log", "public_url=x"]), nothing));
        assert!(!stays(&arguments(&["mail_provider=webhook"]), nothing));
        assert!(!stays(&[], |_| Some("resend".into())));
        assert!(stays(&arguments(&["mail_provider=log"]), |_| Some("resend".into())));
        assert!(!stays(&arguments(&["mail_provider=log", "mail_provider=postmark"]), nothing));
    }
}
