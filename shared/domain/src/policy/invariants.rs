//! Somebody is left: what must not go, because nobody who could bring it back would remain.

use crate::error::{Error, Result};
use crate::model::OrganizationId;

/// Where somebody is an administrator: an organization, or the platform (`None`).
pub type Post = Option<OrganizationId>;

/// What somebody is about to lose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// Everything: the user is removed.
    Everything,
    /// The roles in one organization, or those of its administrators.
    In(OrganizationId),
}

/// Fails when an organization or the platform would be left without administrator. `sole` are the posts of which there
/// is no other active holder.
///
/// # Errors
/// `Conflict` (`last_admin`).
pub fn keep_administrators(sole: &[Post], loss: Loss) -> Result<()> {
    let is_left = match loss {
        Loss::Everything => sole.is_empty(),
        Loss::In(organization) => !sole.contains(&Some(organization)),
    };
    if is_left { Ok(()) } else { Err(last_admin()) }
}

/// Refuses to take away the last administrator.
pub fn last_admin() -> Error {
    Error::conflict("last_admin", "The last administrator cannot be removed: make another one first.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table() {
        let (here, there) = (OrganizationId::from_stored(1), OrganizationId::from_stored(2));
        for (sole, everything, in_here) in [
            (&[][..], true, true),
            (&[None], false, true),
            (&[Some(there)], false, true),
            (&[Some(here)], false, false),
            (&[None, Some(there)], false, true),
            (&[Some(there), Some(here)], false, false),
        ] {
            assert_eq!(keep_administrators(sole, Loss::Everything).is_ok(), everything, "{sole:?}");
            assert_eq!(keep_administrators(sole, Loss::In(here)).is_ok(), in_here, "{sole:?}");
        }
        let refused = keep_administrators(&[None], Loss::Everything);
        assert!(refused.is_err_and(|error| error.code() == "last_admin"));
    }
}
