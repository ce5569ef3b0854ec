//! Public ids: random 12-digit decimal numbers, which satisfy all five contracts at once (docs/adr/0001-ids.md).

use std::collections::HashSet;
use std::fmt;
use std::hash::Hash;
use std::str::FromStr;

use serde_json::Value as Json;

use crate::rng::Rng;

/// Most ids that an audit event names.
const MAX_IN_AUDIT: usize = 100;

const FIRST: i64 = 100_000_000_000;
const COUNT: u64 = 900_000_000_000;

/// The text is not an id. To a caller that is the same as an id nobody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;

fn parse(text: &str) -> Result<i64, NotAnId> {
    let is_canonical = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if is_canonical { text.parse().map_err(|_| NotAnId) } else { Err(NotAnId) }
}

fn random(rng: &dyn Rng) -> i64 {
    // The bias of the remainder is below 1e-7, of no use to anybody: ids are no secrets.
    FIRST + i64::try_from(rng.next_u64() % COUNT).unwrap_or_default()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub struct $name(i64);

            impl $name {
                /// An id read from the store.
                pub const fn from_stored(id: i64) -> Self {
                    Self(id)
                }

                /// A new id. Collisions are rare, not impossible: inserts retry.
                pub fn random(rng: &dyn Rng) -> Self {
                    Self(random(rng))
                }

                /// The id that a text names. A text that is no id names nothing: it becomes an id that nothing has.
                pub fn named(text: &str) -> Self {
                    text.parse().unwrap_or(Self(-1))
                }

                /// The number.
                pub const fn get(self) -> i64 {
                    self.0
                }
            }

            impl FromStr for $name {
                type Err = NotAnId;
                fn from_str(text: &str) -> Result<Self, NotAnId> {
                    parse(text).map(Self)
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    self.0.fmt(f)
                }
            }

            impl From<$name> for i64 {
                fn from(id: $name) -> Self {
                    id.0
                }
            }

            impl From<$name> for $crate::store::Value {
                fn from(id: $name) -> Self {
                    Self::Integer(id.0)
                }
            }
        )*
    };
}

/// Ids as a caller lists them: each once, in the order given, and whether there was a text among them that is no id, which
/// is an id that nothing has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdSet<I> {
    ids: Vec<I>,
    has_invalid_ids: bool,
}

impl<I: FromStr + Copy + Eq + Hash + fmt::Display> IdSet<I> {
    /// From the texts.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a String>) -> Self {
        let (mut seen, mut ids, mut has_invalid_ids) = (HashSet::new(), Vec::new(), false);
        for text in texts {
            match text.parse::<I>() {
                Ok(id) if seen.insert(id) => ids.push(id),
                Ok(_) => {}
                Err(_) => has_invalid_ids = true,
            }
        }
        Self { ids, has_invalid_ids }
    }

    /// Of one id.
    pub fn one(id: I) -> Self {
        Self { ids: vec![id], has_invalid_ids: false }
    }

    /// With more ids behind those it has, as far as they are not among them.
    #[must_use]
    pub fn with(mut self, more: impl IntoIterator<Item = I>) -> Self {
        let mut seen: HashSet<I> = self.ids.iter().copied().collect();
        self.ids.extend(more.into_iter().filter(|id| seen.insert(*id)));
        self
    }

    /// The ids.
    pub fn ids(&self) -> &[I] {
        &self.ids
    }

    /// Whether some text was no id.
    pub fn has_invalid_ids(&self) -> bool {
        self.has_invalid_ids
    }

    /// Whether nothing was listed at all.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && !self.has_invalid_ids
    }

    /// The ids as a JSON list of numbers, as statements take them.
    pub(crate) fn json(&self) -> String {
        json_list(&self.ids)
    }
}

impl<I: Copy + Into<i64>> IdSet<I> {
    /// The first of the ids, as an audit event names them.
    pub(crate) fn audited(&self) -> Json {
        self.ids.iter().take(MAX_IN_AUDIT).map(|id| Json::from((*id).into())).collect()
    }
}

/// Ids as a JSON list of numbers, as statements take them.
pub(crate) fn json_list<I: fmt::Display>(ids: &[I]) -> String {
    let numbers: Vec<String> = ids.iter().map(ToString::to_string).collect();
    format!("[{}]", numbers.join(","))
}

ids! {
    /// An organization.
    OrganizationId,
    /// A user or a service account: both share one range of ids.
    PrincipalId,
    /// A role.
    RoleId,
    /// A role given to somebody.
    RoleGrantId,
    /// An invitation into an organization.
    InvitationId,
    /// A credential; for a key pair also its `kid`.
    CredentialId,
    /// A login session.
    SessionId,
    /// An API that tokens can be asked for.
    ResourceId,
    /// A scope of a resource or of organizations.
    ScopeId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::SystemRng;

    #[test]
    fn only_the_canonical_form_is_an_id() {
        assert_eq!("123456789012".parse::<PrincipalId>().map(PrincipalId::get), Ok(123_456_789_012));
        for text in
            ["", "0", "012345678901", "12345678901", "1234567890123", "+12345678901", "12345678901a", "１２３４"]
        {
            assert_eq!(text.parse::<PrincipalId>(), Err(NotAnId), "{text}");
            assert_eq!(PrincipalId::named(text).get(), -1, "{text}");
        }
    }

    #[test]
    fn a_set_has_each_id_once_and_knows_of_others() {
        let texts = ["200000000002", "100000000001", "200000000002"].map(str::to_owned);
        let set = IdSet::<PrincipalId>::of(&texts);
        assert_eq!((set.json().as_str(), set.has_invalid_ids()), ("[200000000002,100000000001]", false));
        let set = IdSet::<PrincipalId>::of(&["x".to_owned()]);
        assert!(set.ids().is_empty() && set.has_invalid_ids() && !set.is_empty());
    }

    #[test]
    fn random_ids_have_twelve_digits() {
        for _ in 0..1000 {
            let id = OrganizationId::random(&SystemRng);
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }
}
