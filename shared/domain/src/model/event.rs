//! What the audit says: one vocabulary for every API, each word with its direction.

use serde_json::{Map, Value as Json, json};

use super::patch::Patch;
use super::stored::stored_enum;

stored_enum! {
    /// What happened to a thing of the graph: `<noun>.<past participle>`. Who listens for one word hears of it whichever
    /// API it was done by.
    EventType {
        /// A user was made.
        UserCreated = "user.created",
        /// Particulars of a user were changed.
        UserUpdated = "user.updated",
        /// A user was removed for good.
        UserDeleted = "user.deleted",
        /// A user was mailed an invitation anew.
        UserInvited = "user.invited",
        /// A user accepted an invitation.
        UserJoined = "user.joined",
        /// A user was stopped for safety's sake.
        UserLocked = "user.locked",
        /// A lock was ended.
        UserUnlocked = "user.unlocked",
        /// A user was switched off.
        UserDeactivated = "user.deactivated",
        /// A user was switched on again.
        UserReactivated = "user.reactivated",
        /// An organization was made.
        OrganizationCreated = "organization.created",
        /// Particulars or settings of an organization were changed.
        OrganizationUpdated = "organization.updated",
        /// An organization was removed.
        OrganizationDeleted = "organization.deleted",
        /// An organization was linked to a parent or an insurer.
        OrganizationLinked = "organization.linked",
        /// A link between organizations was ended.
        OrganizationUnlinked = "organization.unlinked",
        /// Principals were put into an organization.
        MembershipAdded = "membership.added",
        /// Principals were taken out of an organization.
        MembershipRemoved = "membership.removed",
        /// The members of an organization became exactly those listed.
        MembershipReplaced = "membership.replaced",
        /// A role was given.
        GrantGiven = "grant.given",
        /// A role was taken away.
        GrantTaken = "grant.taken",
        /// The roles of a principal became exactly those listed.
        GrantReplaced = "grant.replaced",
        /// A role was defined.
        RoleCreated = "role.created",
        /// A role, or what it allows, was changed.
        RoleUpdated = "role.updated",
        /// A role was removed.
        RoleDeleted = "role.deleted",
        /// A scope was defined.
        ScopeCreated = "scope.created",
        /// A scope was changed.
        ScopeUpdated = "scope.updated",
        /// A scope was removed.
        ScopeDeleted = "scope.deleted",
        /// A resource was defined.
        ResourceCreated = "resource.created",
        /// A resource was changed.
        ResourceUpdated = "resource.updated",
        /// A resource was removed.
        ResourceDeleted = "resource.deleted",
        /// An address was invited into an organization.
        InvitationCreated = "invitation.created",
        /// An invitation into an organization was mailed again.
        InvitationSent = "invitation.sent",
        /// An invitation into an organization was accepted.
        InvitationAccepted = "invitation.accepted",
        /// An invitation into an organization was taken back.
        InvitationRevoked = "invitation.revoked",
        /// An invitation into an organization was removed.
        InvitationDeleted = "invitation.deleted",
        /// A service account was made.
        ServiceAccountCreated = "service_account.created",
        /// Particulars of a service account were changed.
        ServiceAccountUpdated = "service_account.updated",
        /// A service account was removed.
        ServiceAccountDeleted = "service_account.deleted",
        /// A secret, key pair or API key was made.
        CredentialCreated = "credential.created",
        /// Name or end of a credential was changed.
        CredentialUpdated = "credential.updated",
        /// A credential was ended; its row stays.
        CredentialRevoked = "credential.revoked",
        /// A credential was removed.
        CredentialDeleted = "credential.deleted",
        /// A password was replaced by its owner.
        PasswordChanged = "password.changed",
        /// Mails with codes for a new password were caused.
        PasswordRequested = "password.requested",
        /// A password was set by a code from a mail.
        PasswordReset = "password.reset",
        /// A session began.
        SessionCreated = "session.created",
        /// A session was refreshed.
        SessionRefreshed = "session.refreshed",
        /// Sessions were ended.
        SessionEnded = "session.ended",
        /// An access token was revoked.
        TokenRevoked = "token.revoked",
        /// The first principals of the installation were made.
        InstallationBootstrapped = "installation.bootstrapped",
    }
}

impl EventType {
    /// An event of this type that happened to the thing with this id.
    pub fn on(self, target: impl Into<i64>) -> Event {
        Event { kind: self, target: Some(target.into()), detail: Map::new() }
    }

    /// As [`EventType::on`], where there may be no such thing.
    pub fn about(self, target: Option<impl Into<i64>>) -> Event {
        Event { kind: self, target: target.map(Into::into), detail: Map::new() }
    }

    /// An event of this type that happened to no one thing.
    pub fn alone(self) -> Event {
        Event { kind: self, target: None, detail: Map::new() }
    }
}

/// What a unit of work did. Who did it, when, where and through which API is added when it is saved.
#[derive(Debug, Clone)]
#[must_use = "an event is told by saving the unit of work with it"]
pub struct Event {
    kind: EventType,
    target: Option<i64>,
    detail: Map<String, Json>,
}

impl Event {
    /// With a particular, which is no secret.
    pub fn with(mut self, name: &'static str, value: impl Into<Json>) -> Self {
        self.detail.insert(name.to_owned(), value.into());
        self
    }

    /// With the members of a JSON object, none of which is a secret.
    pub fn detailed(mut self, detail: Json) -> Self {
        if let Json::Object(members) = detail {
            self.detail.extend(members);
        }
        self
    }

    /// With what is different afterwards.
    pub fn changed(self, changes: &Changes) -> Self {
        self.with("changed", changes.json())
    }

    /// What happened.
    pub fn kind(&self) -> EventType {
        self.kind
    }

    /// To what.
    pub fn target(&self) -> Option<i64> {
        self.target
    }

    /// The particulars, a JSON object.
    pub fn into_detail(self) -> Json {
        Json::Object(self.detail)
    }
}

/// Longest value that the audit repeats, in bytes of JSON; of a longer one it tells the length.
const MAX_VALUE: usize = 512;

/// Values that an operation has changed, each as it was and as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes(Vec<(&'static str, Json, Json)>);

impl Changes {
    /// Notes the value called `name`, if it differs; whether it does. Not for secrets.
    pub fn note<T: PartialEq + Audited>(&mut self, name: &'static str, before: &T, after: &T) -> bool {
        if before == after {
            return false;
        }
        self.0.push((name, before.audited(), after.audited()));
        true
    }

    /// Makes `place`, called `name`, the new value, if there is one, and notes it if it differs.
    pub fn set<T: PartialEq + Audited>(&mut self, name: &'static str, place: &mut T, new: Option<T>) {
        if let Some(new) = new
            && self.note(name, place, &new)
        {
            *place = new;
        }
    }

    /// As [`Changes::set`], of a value that may be absent.
    pub fn patch<T: PartialEq + Audited>(&mut self, name: &'static str, place: &mut Option<T>, new: Patch<T>) {
        let new = match new {
            Patch::Keep => None,
            Patch::Clear => Some(None),
            Patch::Set(new) => Some(Some(new)),
        };
        self.set(name, place, new);
    }

    /// Notes that something was changed whose values are not told.
    pub fn untold(&mut self, name: &'static str) {
        self.0.push((name, Json::Null, Json::Null));
    }

    /// Whether nothing is different.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the value called `name` is different.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(changed, ..)| *changed == name)
    }

    /// Names of what is different.
    pub fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(|(name, ..)| *name).collect()
    }

    /// `{name: {"before": …, "after": …}}`.
    fn json(&self) -> Json {
        let change = |(name, before, after): &(&'static str, Json, Json)| {
            ((*name).to_owned(), json!({ "before": bounded(before), "after": bounded(after) }))
        };
        self.0.iter().map(change).collect::<Map<_, _>>().into()
    }
}

fn bounded(value: &Json) -> Json {
    // Writing JSON of this kind cannot fail.
    let length = serde_json::to_vec(value).map_or(0, |json| json.len());
    if length > MAX_VALUE { json!({ "bytes": length }) } else { value.clone() }
}

/// How a value stands in the audit.
pub trait Audited {
    /// As JSON.
    fn audited(&self) -> Json;
}

impl Audited for String {
    fn audited(&self) -> Json {
        self.as_str().into()
    }
}
impl Audited for bool {
    fn audited(&self) -> Json {
        (*self).into()
    }
}
impl Audited for i64 {
    fn audited(&self) -> Json {
        (*self).into()
    }
}
impl Audited for Map<String, Json> {
    fn audited(&self) -> Json {
        self.clone().into()
    }
}
impl<T: Audited> Audited for Option<T> {
    fn audited(&self) -> Json {
        self.as_ref().map_or(Json::Null, Audited::audited)
    }
}
impl<T: Audited> Audited for Vec<T> {
    fn audited(&self) -> Json {
        self.iter().map(Audited::audited).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vocabulary_is_small_and_has_direction() {
        assert!(EventType::ALL.len() <= 50, "{} words", EventType::ALL.len());
        for kind in EventType::ALL {
            let (noun, verb) = kind.as_str().split_once('.').unwrap();
            let is_word =
                |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            assert!(is_word(noun) && is_word(verb), "{kind:?}");
            let is_past = ["ed", "en", "set"].iter().any(|ending| verb.ends_with(ending)) || verb == "sent";
            assert!(is_past, "{kind:?} does not say what has happened");
        }
    }

    #[test]
    fn changes_tell_before_and_after() {
        let mut changes = Changes::default();
        assert!(!changes.note("same", &Some("x".to_owned()), &Some("x".to_owned())));
        assert!(changes.is_empty());
        assert!(changes.note("name", &None::<String>, &Some("Ada".to_owned())));
        changes.untold("secret");
        assert!(changes.has("name") && !changes.has("same"));
        let event = EventType::UserUpdated.on(7_i64).changed(&changes).with("why", "test");
        assert_eq!((event.kind(), event.target()), (EventType::UserUpdated, Some(7)));
        let detail = json!({ "why": "test", "changed": {
            "name": { "before": null, "after": "Ada" }, "secret": { "before": null, "after": null } } });
        assert_eq!(event.into_detail(), detail);
    }

    #[test]
    fn long_values_are_not_repeated() {
        let mut changes = Changes::default();
        changes.note("css", &"a".to_owned(), &"b".repeat(1000));
        let detail = EventType::OrganizationUpdated.alone().changed(&changes).into_detail();
        assert_eq!(detail["changed"]["css"], json!({ "before": "a", "after": { "bytes": 1002 } }));
    }
}
