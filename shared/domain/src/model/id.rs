//! Public ids: random 12-digit decimal numbers, which satisfy all five contracts at once (docs/adr/0001-ids.md).

use std::fmt;
use std::str::FromStr;

use crate::rng::Rng;

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

            impl From<$name> for $crate::store::Value {
                fn from(id: $name) -> Self {
                    Self::Integer(id.0)
                }
            }
        )*
    };
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
        }
    }

    #[test]
    fn random_ids_have_twelve_digits() {
        for _ in 0..1000 {
            let id = OrganizationId::random(&SystemRng);
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }
}
