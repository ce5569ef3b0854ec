//! What each contract promises about what is shown: its schemas, as strictly as its published clients read them.

use serde_json::Value;

/// What is wrong with a value that was shown, in words.
pub type Faults = Vec<String>;

/// Collects what is wrong with one document.
struct Reader<'a> {
    what: &'static str,
    document: &'a Value,
    faults: Faults,
}

impl<'a> Reader<'a> {
    fn new(what: &'static str, document: &'a Value) -> Self {
        Self { what, document, faults: Vec::new() }
    }

    /// A value of a key for which `is_legal` holds; a key that is missing is not.
    fn value(mut self, key: &str, is_legal: impl FnOnce(&Value) -> bool) -> Self {
        let found = self.document.get(key);
        if !found.is_some_and(is_legal) {
            let shown = found.map_or_else(|| "missing".to_owned(), |value| short(&value.to_string()));
            self.faults.push(format!("{}.{key} is {shown}", self.what));
        }
        self
    }

    /// A text of so many characters.
    fn text(self, key: &str, least: usize, most: usize) -> Self {
        self.value(key, |value| is_text(value, least, most))
    }

    /// The same, or null.
    fn text_or_null(self, key: &str, least: usize, most: usize) -> Self {
        self.value(key, |value| value.is_null() || is_text(value, least, most))
    }

    fn done(self) -> Faults {
        self.faults
    }
}

/// A text as it is put into a message.
pub fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()),
        None => text.to_owned(),
    }
}

fn is_text(value: &Value, least: usize, most: usize) -> bool {
    value.as_str().is_some_and(|text| (least..=most).contains(&text.chars().count()))
}

/// What `EazyRent` takes as a name: not blank, on one line.
fn is_name(value: &Value) -> bool {
    is_text(value, 1, 128) && value.as_str().is_some_and(|text| !text.trim().is_empty() && is_line(text))
}

fn is_line(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (1..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

/// RFC 3339, UTC.
fn is_moment(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.ends_with('Z') && text.len() >= "2026-01-14T10:23:18Z".len())
}

/// `User` and `ListUser` of `EazyRent`.
pub fn eazyrent_user(user: &Value) -> Faults {
    let name = |value: &Value| value.is_null() || is_name(value);
    let states = ["ACTIVE", "INACTIVE", "LOCKED", "INITIAL"].map(|state| format!("USER_STATE_{state}"));
    Reader::new("eazyrent user", user)
        .value("user_type", |value| value == "Human")
        .text("id", 1, 12)
        .value("first_name", name)
        .value("last_name", name)
        .value("email", |value| value.is_null() || value.as_str().is_some_and(|text| text.contains('@')))
        .value("phone", |value| value.is_null() || value.as_str().is_some_and(is_e164))
        .text_or_null("avatar", 1, 2083)
        .value("state", |value| states.iter().any(|state| value == state))
        .done()
}

/// `Organization` and `ListOrganization` of `EazyRent`.
pub fn eazyrent_organization(organization: &Value) -> Faults {
    Reader::new("eazyrent organization", organization)
        .text("id", 1, 12)
        .value("name", is_name)
        .text_or_null("organization_id", 1, 12)
        .text_or_null("insurance_id", 1, 12)
        .text_or_null("logo", 1, 2083)
        .text_or_null("registration_number", 1, 2083)
        .text_or_null("address", 1, 2083)
        .value("account_type", |value| ["DEFAULT", "ORGANIZATION", "INSURANCE"].iter().any(|kind| value == kind))
        .done()
}

/// A user of Logto, alone or as a member.
pub fn logto_user(user: &Value) -> Faults {
    Reader::new("logto user", user)
        .text("id", 1, 12)
        .text_or_null("username", 1, 128)
        .text_or_null("primaryEmail", 1, 128)
        .text_or_null("primaryPhone", 1, 128)
        .text_or_null("name", 1, 128)
        .text_or_null("avatar", 1, 2048)
        .value("customData", Value::is_object)
        .value("identities", Value::is_object)
        .value("lastSignInAt", |value| value.is_null() || value.is_number())
        .value("createdAt", Value::is_number)
        .value("updatedAt", Value::is_number)
        .value("profile", is_profile)
        .text_or_null("applicationId", 1, 21)
        .value("isSuspended", Value::is_boolean)
        .done()
}

/// `UserProfile`: texts, and an address of texts.
fn is_profile(value: &Value) -> bool {
    let texts = |value: &Value| value.as_object().is_some_and(|map| map.values().all(Value::is_string));
    value.as_object().is_some_and(|map| {
        map.iter().all(|(key, value)| if key == "address" { texts(value) } else { value.is_string() })
    })
}

/// `Organization` of Logto.
pub fn logto_organization(organization: &Value) -> Faults {
    Reader::new("logto organization", organization)
        .text("tenantId", 1, 21)
        .text("id", 1, 21)
        .text("name", 1, 128)
        .text_or_null("description", 1, 256)
        .value("customData", Value::is_object)
        .value("isMfaRequired", Value::is_boolean)
        .value("color", Value::is_object)
        .value("branding", |value| value.as_object().is_some_and(|map| map.values().all(Value::is_string)))
        .text_or_null("customCss", 1, usize::MAX)
        .value("createdAt", Value::is_number)
        .done()
}

/// `iam:accounts` of IDAH.
pub fn idah_account(account: &Value) -> Faults {
    let name = |value: &Value| value.is_null() || (is_text(value, 1, 128) && value.as_str().is_some_and(is_line));
    let moment = |value: &Value| value.is_null() || is_moment(value);
    Reader::new("idah account", &account["attributes"])
        .value("name", name)
        .text("email", 0, 128)
        .text_or_null("sso_channel", 1, 128)
        .value("enabled", Value::is_boolean)
        .value("role_name", |value| ["user", "org_owner", "admin", "system"].iter().any(|role| value == role))
        .value("role_scope", Value::is_object)
        .text_or_null("picture_url", 1, 2083)
        .value("joined_at", moment)
        .value("invitation_expired_at", moment)
        .value("created_at", is_moment)
        .value("updated_at", is_moment)
        .done()
}

/// `iam:organizations` of IDAH.
pub fn idah_organization(organization: &Value) -> Faults {
    Reader::new("idah organization", &organization["attributes"])
        .value("name", |value| value.is_null() || (is_text(value, 1, 128) && value.as_str().is_some_and(is_line)))
        .value("created_at", is_moment)
        .value("updated_at", is_moment)
        .done()
}
