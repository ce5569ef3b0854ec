//! What the mails say: subject and plain text of each template.

use iam_domain::clock::Millis;
use serde_json::Value;

use crate::http::time::rfc3339;

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
    /// Where the code is taken by a page.
    link: Link,
    /// Which call takes the code, where there is no page.
    call: &'static str,
}

/// How a link carries the code.
enum Link {
    /// In the fragment of the account page, with this purpose.
    Fragment(&'static str),
    /// In the query of this page of the web application.
    Page(&'static str),
}

/// Pages that links in mails lead to.
#[derive(Debug, Clone, Default)]
pub struct Pages {
    /// Where people set passwords with the code in the fragment of its URL.
    pub account: Option<String>,
    /// Address of the web application that has pages of its own for codes of accounts.
    pub app: Option<String>,
}

/// Writes the mail of `template` with `payload`.
///
/// # Errors
/// A text for the operator when the template or the payload is not known: another version has written it.
pub(super) fn write(template: &str, payload: &Value, pages: &Pages) -> Result<Message, String> {
    match template {
        "organization_invitation" => invitation(payload),
        "org_owner_role_assigned" | "org_owner_role_removed" => Ok(ownership(template, payload)),
        _ => with_code(template, payload, pages),
    }
}

/// A mail with a code. The payload has `code`, `expires_at`, and where they are known `first_name` and `organization`. With
/// a page for it the code is in a link; in the fragment, which browsers send to no server, unless that page wants it in the
/// query.
fn with_code(template: &str, payload: &Value, pages: &Pages) -> Result<Message, String> {
    let words = words(template, name(payload, "organization")).ok_or_else(|| format!("unknown template {template}"))?;
    let code = text(payload, "code").ok_or("the payload has no code")?;
    let expires_at = expires_at(payload)?;
    let greeting = name(payload, "first_name").map_or_else(|| "Hello".to_owned(), |name| format!("Hello {name}"));
    let Words { subject, reason, action, link, call } = words;
    let link = match link {
        Link::Fragment(purpose) => pages.account.as_ref().map(|page| format!("{page}#purpose={purpose}&code={code}")),
        Link::Page(page) => pages.app.as_ref().map(|app| format!("{app}/{page}?token={code}")),
    };
    let (how, what) = match link {
        Some(link) => (format!("{action} here:\n\n{link}"), "link"),
        None => (format!("{action} {call}:\n\n{code}"), "code"),
    };
    let text = format!(
        "{greeting},\n\n{reason} {how}\n\nThe {what} works once, until {}.\n\
         If you did not expect this mail, you need not do anything.\n",
        minute(expires_at)
    );
    Ok(Message { subject, text })
}

/// An invitation into an organization, which is accepted wherever whoever manages the installation says. The payload has
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

/// What has become of an organization that somebody owns or owned. The payload has `organization_scope_change`, and where
/// they are known `organization_name`, `recipient_name` and `changed_by_name`.
fn ownership(template: &str, payload: &Value) -> Message {
    let greeting = name(payload, "recipient_name").map_or_else(|| "Hello".to_owned(), |name| format!("Hello {name}"));
    let who = name(payload, "changed_by_name").unwrap_or_else(|| "an administrator".to_owned());
    let place = name(payload, "organization_name");
    let place = place.map_or_else(|| "an organization".to_owned(), |name| format!("the organization {name}"));
    let is_added = text(payload, "organization_scope_change") == Some("added");
    let (subject, what) = match (template, is_added) {
        ("org_owner_role_assigned", true) => {
            ("You own an organization", format!("{who} has made you an owner of {place}."))
        }
        ("org_owner_role_assigned", false) => {
            ("An organization was taken from your account", format!("{who} has taken {place} from your account."))
        }
        _ => ("You do not own an organization any more", format!("{who} has ended that you own {place}.")),
    };
    let text = format!(
        "{greeting},\n\n{what}\n\nIt counts from your next login on. \
         If you did not expect this mail, ask whoever administers your account.\n"
    );
    Message { subject: subject.to_owned(), text }
}

fn words(template: &str, organization: Option<String>) -> Option<Words> {
    Some(match template {
        "invitation" => {
            let place = organization.map(|name| format!(" to {name}")).unwrap_or_default();
            Words {
                subject: format!("Your invitation{place}"),
                reason: format!("you have been invited{place}."),
                action: "Choose your password",
                link: Link::Fragment("first_password"),
                call: "by sending it with this code to POST /iam/v1/users/activate/",
            }
        }
        "password_reset" => Words {
            subject: "Reset your password".to_owned(),
            reason: "somebody, probably you, wants to reset your password.".to_owned(),
            action: "Choose a new one",
            link: Link::Fragment("password_reset"),
            call: "by sending it with this code to POST /iam/v1/users/password/reset/",
        },
        "account_invitation" => {
            let place = organization.map(|name| format!(" to {name}")).unwrap_or_default();
            Words {
                subject: format!("Your invitation{place}"),
                reason: format!("you have been invited{place}."),
                action: "Accept the invitation",
                link: Link::Page("accept-invitation"),
                call: "by PATCH /accounts/{token}/join with this token",
            }
        }
        "account_password_reset" => Words {
            subject: "Reset your password".to_owned(),
            reason: "somebody, probably you, wants to reset your password.".to_owned(),
            action: "Choose a new one",
            link: Link::Page("reset-password"),
            call: "by sending it with this token to POST /account/passwords/reset",
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
        let pages = Pages { account: page.map(str::to_owned), app: None };
        let message = write(template, payload, &pages).unwrap();
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
    fn codes_of_accounts_lead_to_the_pages_of_the_web_application() {
        let payload = json!({"code": "0a1b", "expires_at": EXPIRES});
        let pages = Pages { account: Some("https://a.example/".into()), app: Some("https://app.example".into()) };
        for (template, page, call) in [
            ("account_invitation", "accept-invitation", "PATCH /accounts/{token}/join with this token:\n\n0a1b\n"),
            ("account_password_reset", "reset-password", "POST /account/passwords/reset:\n\n0a1b\n"),
        ] {
            let link = format!("here:\n\nhttps://app.example/{page}?token=0a1b\n\nThe link works once");
            assert!(write(template, &payload, &pages).unwrap().text.contains(&link));
            assert!(of(template, &payload, Some("https://a.example/")).1.contains(call));
        }
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
    fn whoever_owns_an_organization_is_told() {
        let payload = |change: &str| {
            json!({
                "organization_id": "1", "organization_name": "Engines", "organization_scope_change": change,
                "recipient_name": "Ada", "changed_by_name": "Bob",
            })
        };
        for (template, change, subject, what) in [
            ("assigned", "added", "You own an organization", "Bob has made you an owner of the organization Engines."),
            (
                "assigned",
                "removed",
                "An organization was taken from your account",
                "Bob has taken the organization Engines from your account.",
            ),
            (
                "removed",
                "removed",
                "You do not own an organization any more",
                "Bob has ended that you own the organization Engines.",
            ),
        ] {
            let (found, text) = of(&format!("org_owner_role_{template}"), &payload(change), None);
            assert_eq!(found, subject);
            assert!(text.starts_with(&format!("Hello Ada,\n\n{what}\n\n")), "{text}");
        }
    }

    #[test]
    fn what_owners_are_told_repeats_nothing_but_names() {
        for name in ["see https://evil.example", "www.evil.example", "a@b.example", &"x".repeat(65)] {
            let payload = json!({
                "organization_name": name, "recipient_name": name, "changed_by_name": name,
                "organization_scope_change": "added",
            });
            let (_, text) = of("org_owner_role_assigned", &payload, None);
            assert!(
                text.starts_with("Hello,\n\nan administrator has made you an owner of an organization.\n"),
                "{text}"
            );
        }
        let payload = json!({"organization_name": "A\nB", "organization_scope_change": "added"});
        assert!(of("org_owner_role_assigned", &payload, None).1.contains("the organization A B."));
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
            assert_eq!(write(template, payload, &Pages::default()).err().as_deref(), Some(wanted));
        }
    }
}
