//! What the mails say: subject and plain text of each template.

use iam_domain::clock::Millis;
use serde_json::Value;

use crate::time::rfc3339;

/// A mail, written out. Not `Debug`: the code is in it.
pub(super) struct Message {
    pub(super) subject: String,
    pub(super) text: String,
}

/// What the templates differ in.
struct Words {
    subject: String,
    /// Why the person gets the mail.
    reason: String,
    /// What the code is for.
    action: &'static str,
    /// `purpose` in the link, and the path that takes the code.
    purpose: &'static str,
    path: &'static str,
}

/// Writes the mail of `template` with `payload`.
///
/// # Errors
/// A text for the operator when the template or the payload is not known: another version has written it.
pub(super) fn write(template: &str, payload: &Value, account_page: Option<&str>) -> Result<Message, String> {
    match template {
        "organization_invitation" => invitation(payload),
        _ => with_code(template, payload, account_page),
    }
}

/// A mail with a code. The payload has `code`, `expires_at`, and where they are known `first_name` and `organization`. With
/// an account page the code is in the fragment of a link, which browsers send to no server.
fn with_code(template: &str, payload: &Value, account_page: Option<&str>) -> Result<Message, String> {
    let words = words(template, name(payload, "organization")).ok_or_else(|| format!("unknown template {template}"))?;
    let code = text(payload, "code").ok_or("the payload has no code")?;
    let expires_at = expires_at(payload)?;
    let greeting = name(payload, "first_name").map_or_else(|| "Hello".to_owned(), |name| format!("Hello {name}"));
    let Words { subject, reason, action, purpose, path } = words;
    let (how, what) = match account_page {
        Some(page) => (format!("{action} here:\n\n{page}#purpose={purpose}&code={code}"), "link"),
        None => (format!("{action} by sending it with this code to POST {path}:\n\n{code}"), "code"),
    };
    let text = format!(
        "{greeting},\n\n{reason} {how}\n\nThe {what} works once, until {}.\n\
         If you did not expect this mail, you need not do anything.\n",
        minute(expires_at)
    );
    Ok(Message { subject, text })
}

/// An invitation into an organization, which is accepted wherever whoever manages the directory says. The payload has
/// `expires_at`, and where they are known `organization`, `inviter` (who invites) and `link`.
fn invitation(payload: &Value) -> Result<Message, String> {
    let expires_at = expires_at(payload)?;
    let place = name(payload, "organization").map(|name| format!(" to {name}")).unwrap_or_default();
    let reason = match name(payload, "inviter") {
        Some(inviter) => format!("{inviter} has invited you{place}."),
        None => format!("you have been invited{place}."),
    };
    let how = match text(payload, "link").filter(|link| is_link(link)) {
        Some(link) => format!(" Accept the invitation here:\n\n{link}"),
        None => String::new(),
    };
    let text = format!(
        "Hello,\n\n{reason}{how}\n\nThe invitation is good until {}.\n\
         If you did not expect this mail, you need not do anything.\n",
        minute(expires_at)
    );
    Ok(Message { subject: format!("Your invitation{place}"), text })
}

fn words(template: &str, organization: Option<String>) -> Option<Words> {
    Some(match template {
        "invitation" => {
            let place = organization.map(|name| format!(" to {name}")).unwrap_or_default();
            Words {
                subject: format!("Your invitation{place}"),
                reason: format!("you have been invited{place}."),
                action: "Choose your password",
                purpose: "first_password",
                path: "/iam/v1/users/activate/",
            }
        }
        "password_reset" => Words {
            subject: "Reset your password".to_owned(),
            reason: "somebody, probably you, wants to reset your password.".to_owned(),
            action: "Choose a new one",
            purpose: "password_reset",
            path: "/iam/v1/users/password/reset/",
        },
        _ => return None,
    })
}

fn text<'p>(payload: &'p Value, key: &str) -> Option<&'p str> {
    payload.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// A name that can stand in a mail, on one line.
fn name(payload: &Value, key: &str) -> Option<String> {
    text(payload, key).filter(|name| is_harmless(name)).map(one_line)
}

fn expires_at(payload: &Value) -> Result<Millis, &'static str> {
    payload.get("expires_at").and_then(Value::as_i64).ok_or("the payload has no expires_at")
}

/// Whether a text can stand in a mail as a link: an absolute `http` or `https` URL as RFC 3986 writes it, in visible ASCII, so
/// that it ends where it seems to end.
pub fn is_link(text: &str) -> bool {
    let host = text
        .split_once("://")
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"));
    host.is_some_and(|(_, host)| host.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '['))
        && text.len() <= 2048
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"\\^`{|}".contains(&byte))
}

/// Whether a name can stand in a mail: others chose it, and a link or half a letter in it would be theirs with our sender.
fn is_harmless(name: &str) -> bool {
    let name = name.to_lowercase();
    name.chars().count() <= 64 && !["://", "www.", "/", "@"].iter().any(|part| name.contains(part))
}

/// Names come from people: none of them may begin a new line of the mail.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// `2026-01-14 10:23 UTC`.
fn minute(at: Millis) -> String {
    let text = rfc3339(at).replacen('T', " ", 1);
    format!("{} UTC", text.get(..16).unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const EXPIRES: Millis = 1_767_225_600_000;

    fn of(template: &str, payload: &Value, page: Option<&str>) -> (String, String) {
        let message = write(template, payload, page).unwrap();
        (message.subject, message.text)
    }

    #[test]
    fn names_that_say_more_than_a_name_are_left_out() {
        for name in ["see https://evil.example", "WWW.evil.example now", "a/b", "write to a@b.example", &"x".repeat(65)]
        {
            let payload = json!({ "first_name": name, "organization": name, "code": "eic_1", "expires_at": 0 });
            let (subject, text) = of("invitation", &payload, None);
            assert!(!subject.contains(name) && !text.contains(name), "{text}");
        }
    }

    #[test]
    fn an_invitation_with_a_page_has_a_link() {
        let payload = json!({"first_name": "Ada", "code": "eic_1", "expires_at": EXPIRES, "organization": "Engines"});
        let (subject, text) = of("invitation", &payload, Some("https://app.example/account?lang=en"));
        assert_eq!(subject, "Your invitation to Engines");
        assert_eq!(
            text,
            "Hello Ada,\n\nyou have been invited to Engines. Choose your password here:\n\n\
             https://app.example/account?lang=en#purpose=first_password&code=eic_1\n\n\
             The link works once, until 2026-01-01 00:00 UTC.\n\
             If you did not expect this mail, you need not do anything.\n"
        );
    }

    #[test]
    fn a_reset_without_a_page_has_the_code() {
        let payload = json!({"first_name": null, "code": "eic_1", "expires_at": EXPIRES});
        let (subject, text) = of("password_reset", &payload, None);
        assert_eq!(subject, "Reset your password");
        assert_eq!(
            text,
            "Hello,\n\nsomebody, probably you, wants to reset your password. Choose a new one by sending it with this \
             code to POST /iam/v1/users/password/reset/:\n\neic_1\n\nThe code works once, until 2026-01-01 00:00 UTC.\n\
             If you did not expect this mail, you need not do anything.\n"
        );
    }

    #[test]
    fn each_template_has_its_purpose_and_path() {
        let payload = json!({"code": "c", "expires_at": EXPIRES});
        for (template, purpose, path) in [
            ("invitation", "first_password", "POST /iam/v1/users/activate/:"),
            ("password_reset", "password_reset", "POST /iam/v1/users/password/reset/:"),
        ] {
            let link = format!("https://a.example/#purpose={purpose}&code=c\n");
            assert!(of(template, &payload, Some("https://a.example/")).1.contains(&link));
            assert!(of(template, &payload, None).1.contains(path));
        }
        assert_eq!(of("invitation", &payload, None).0, "Your invitation");
    }

    #[test]
    fn an_invitation_into_an_organization_says_who_and_where() {
        let link = "https://app.example/join?token=a%20b#x";
        let payload = json!({"organization": "Engines", "inviter": "Ada", "link": link, "expires_at": EXPIRES});
        // The account page has no part in it.
        let (subject, text) = of("organization_invitation", &payload, Some("https://app.example/account"));
        assert_eq!(subject, "Your invitation to Engines");
        assert_eq!(
            text,
            "Hello,\n\nAda has invited you to Engines. Accept the invitation here:\n\n\
             https://app.example/join?token=a%20b#x\n\n\
             The invitation is good until 2026-01-01 00:00 UTC.\n\
             If you did not expect this mail, you need not do anything.\n"
        );
        let payload = json!({"organization": "Engines", "inviter": null, "link": null, "expires_at": EXPIRES});
        let (_, text) = of("organization_invitation", &payload, None);
        assert!(text.starts_with("Hello,\n\nyou have been invited to Engines.\n\nThe invitation is good"), "{text}");
        let (subject, text) = of("organization_invitation", &json!({"expires_at": EXPIRES}), None);
        assert_eq!(subject, "Your invitation");
        assert!(text.starts_with("Hello,\n\nyou have been invited.\n\n"), "{text}");
    }

    #[test]
    fn an_invitation_repeats_nothing_but_names_and_links() {
        for name in ["see https://evil.example", "www.evil.example", "a@b.example", &"x".repeat(65)] {
            let payload = json!({"organization": name, "inviter": name, "expires_at": EXPIRES});
            let (subject, text) = of("organization_invitation", &payload, None);
            assert!(!subject.contains(name) && !text.contains(name), "{text}");
        }
        let payload = json!({"organization": "A\nB", "inviter": "C\r\nD", "expires_at": EXPIRES});
        let (subject, text) = of("organization_invitation", &payload, None);
        assert_eq!(subject, "Your invitation to A B");
        assert!(text.contains("C  D has invited you to A B."), "{text}");
        for link in ["javascript:alert(1)", "https://a.example/\nBcc: x", "join"] {
            let payload = json!({"link": link, "expires_at": EXPIRES});
            let (_, text) = of("organization_invitation", &payload, None);
            assert!(!text.contains(link) && !text.contains("here:"), "{text}");
        }
    }

    #[test]
    fn links_are_web_addresses_on_one_line() {
        let long = format!("https://a.example/{}", "x".repeat(2030));
        for good in ["https://a.example", "HTTP://a.example/b?c=d&e=%20#f", "http://[::1]:8080/", &long] {
            assert!(is_link(good), "{good}");
        }
        let too_long = format!("{long}x");
        for bad in [
            "",
            "https://",
            "https:///a",
            "//a.example",
            "ftp://a.example",
            "javascript:alert(1)//https://a.example",
            "https://a.example/ b",
            "https://a.example/\n",
            "\nhttps://a.example",
            "https://a.example/\u{2028}b",
            "https://a.example/\u{202e}b",
            "https://a.example/<b>",
            &too_long,
        ] {
            assert!(!is_link(bad), "{bad}");
        }
    }

    #[test]
    fn names_stay_on_their_line() {
        let payload = json!({"first_name": "A\nB", "organization": "C\r\nD", "code": "c", "expires_at": EXPIRES});
        let (subject, text) = of("invitation", &payload, None);
        assert_eq!(subject, "Your invitation to C  D");
        assert!(text.starts_with("Hello A B,\n"));
    }

    #[test]
    fn what_cannot_be_written_is_told() {
        let good = json!({"code": "c", "expires_at": EXPIRES});
        for (template, payload, wanted) in [
            ("birthday", &good, "unknown template birthday"),
            ("invitation", &json!({"expires_at": EXPIRES}), "the payload has no code"),
            ("invitation", &json!({"code": "c"}), "the payload has no expires_at"),
            ("organization_invitation", &json!({"organization": "A"}), "the payload has no expires_at"),
        ] {
            assert_eq!(write(template, payload, None).err().as_deref(), Some(wanted));
        }
    }
}
