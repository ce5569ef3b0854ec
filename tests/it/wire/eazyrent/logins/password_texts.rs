//! Any text of up to 1024 bytes is a password, as it was typed: nothing is trimmed, cut or normalised. Set by the
//! EazyRent and the Logto API, tried at `/oauth/v2/token`.

use iam_tests::{Client, Server};
use serde_json::json;

use crate::wire::eazyrent::people::{activate, code, forget, invite, log_in, refused, reset, try_log_in};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    any_text_set_by_the_eazyrent_api_opens,
    any_text_set_by_the_logto_api_opens,
    any_text_can_be_changed_and_reset,
    a_byte_too_many_is_refused_when_set_and_wrong_when_tried,
);

/// What the rule of the EazyRent API wants, before anything else.
const FOUR_KINDS: &str = "Aa1!";

/// Odd texts, and what looks like each and is another.
pub fn odd() -> Vec<(String, String)> {
    [
        ("👩‍👩‍👧‍👦🔐🏴󠁧󠁢󠁳󠁣󠁴󠁿 mouse", "👩👩👧👦🔐🏴 mouse"),
        // One letter, or a letter and a mark.
        ("caf\u{e9} cr\u{e8}me", "cafe\u{301} cre\u{300}me"),
        ("cafe\u{301} cre\u{300}me", "caf\u{e9} cr\u{e8}me"),
        ("\u{212b}ngstr\u{f6}m \u{fb01}ne", "\u{c5}ngstr\u{f6}m fine"),
        ("كلمة السر \u{202e}שלום\u{202c}", "كلمة السر שלום"),
        ("  spaces at both ends  ", "spaces at both ends"),
        ("\u{a0}\u{3000}wide spaces\u{2003}", "wide spaces"),
        ("a\0b\0", "a"),
        ("tab\tline\r\nbell\u{7}\u{7f}", "tab line bell"),
        ("100% &=+;?#\"'\\/<>{}[]|^`~$%20%00", "100% &= ;?#\"'\\/<>{}[]|^`~$ "),
        ("\u{feff}mark\u{200b}\u{200d}", "mark"),
        ("\u{10ffff}\u{fffd}\u{e000}\u{fffe}", "\u{fffd}\u{fffd}\u{e000}\u{fffe}"),
    ]
    .map(|(text, other)| (format!("{FOUR_KINDS}{text}"), format!("{FOUR_KINDS}{other}")))
    .into_iter()
    .chain([
        (format!(" {FOUR_KINDS}leading"), format!("{FOUR_KINDS}leading")),
        (longest("x"), longest("y")),
        (longest("é"), longest("è")),
        (longest("🔐"), longest("🔑")),
    ])
    .collect()
}

/// 1024 bytes; `end` is at their end.
pub fn longest(end: &str) -> String {
    let text = FOUR_KINDS.to_owned() + &"é".repeat((1020 - end.len()) / 2) + &"x".repeat(end.len() % 2) + end;
    assert_eq!(text.len(), 1024);
    text
}

/// That `password` opens, and `other` does not.
#[track_caller]
fn opens(server: &Server, email: &str, password: &str, other: &str) -> Client {
    refused(&try_log_in(server, email, other));
    assert_eq!(try_log_in(server, email, password).status, 200, "{password:?}");
    log_in(server, email, password)
}

fn any_text_set_by_the_eazyrent_api_opens(server: &Server) {
    let tenant = Tenant::new(server, "Any password");
    for (password, other) in odd() {
        let (_, email) = invite(&tenant, "odd");
        assert_eq!(activate(server, &code(&tenant.seed, &email), &password).status, 200, "{password:?}");
        opens(server, &email, &password, &other);
    }
}

fn any_text_set_by_the_logto_api_opens(server: &Server) {
    let api = server.manager();
    let bare = [("\0", "\0\0"), (" ", "  "), ("🔐", "🔑"), ("\u{301}", "\u{300}")];
    let bare = bare.map(|(password, other)| (password.to_owned(), other.to_owned()));
    for (password, other) in odd().into_iter().chain(bare) {
        let email = unique_email("odd");
        let answer = api.post("/api/users", &json!({"primaryEmail": email, "password": password}));
        assert_eq!(answer.status, 200, "{password:?}: {answer:?}");
        opens(server, &email, &password, &other);
    }
}

fn any_text_can_be_changed_and_reset(server: &Server) {
    let tenant = Tenant::new(server, "Odd changes");
    let (_, email) = invite(&tenant, "odd");
    let odd = odd();
    activate(server, &code(&tenant.seed, &email), &odd[0].0).expect(200);
    let client = log_in(server, &email, &odd[0].0);
    let body = |current: &str, new: &str| json!({"current_password": current, "new_password": new, "new_password_confirmation": new});
    let path = "/iam/v1/users/me/password/";
    client.post(path, &body(&odd[0].1, &odd[1].0)).expect(400);
    for pair in odd.windows(2) {
        client.post(path, &body(&pair[0].0, &pair[1].0)).expect(202);
    }
    let (last, other) = odd.last().unwrap();
    opens(server, &email, last, other);
    forget(server, &email).expect(202);
    reset(server, &code(&tenant.seed, &email), &odd[7].0).expect(202);
    opens(server, &email, &odd[7].0, &odd[7].1);
}

fn a_byte_too_many_is_refused_when_set_and_wrong_when_tried(server: &Server) {
    let tenant = Tenant::new(server, "Too long");
    let (_, email) = invite(&tenant, "long");
    let (password, code) = (longest("🔐"), code(&tenant.seed, &email));
    let longer =
        [format!("{password}x"), format!("x{password}"), "🔐".repeat(257), longest("é").replace("Aa1!", "Aa1!!")];
    for longer in &longer {
        assert!(longer.len() > 1024);
        shape::detail(&activate(server, &code, longer).expect(400));
        let new = unique_email("long");
        let answer = server.manager().post("/api/users", &json!({"primaryEmail": new, "password": longer}));
        assert_eq!(answer.status, 400);
        shape::logto_error(&answer);
        refused(&try_log_in(server, &new, longer));
    }
    activate(server, &code, &password).expect(200);
    let client = opens(server, &email, &password, "Wrong-pass-1");
    let wrong = try_log_in(server, &email, "Wrong-pass-1");
    for longer in &longer[..3] {
        let answer = try_log_in(server, &email, longer);
        assert_eq!((answer.status, &answer.body), (wrong.status, &wrong.body));
    }
    let body = json!({"current_password": password, "new_password": longer[0], "new_password_confirmation": longer[0]});
    shape::detail(&client.post("/iam/v1/users/me/password/", &body).expect(400));
    log_in(server, &email, &password);
}
