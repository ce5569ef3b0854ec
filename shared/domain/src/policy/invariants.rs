//! Somebody is left: which rights always keep a holder who may act, through whichever API they are taken away.

use crate::error::{Error, Result};
use crate::model::OrganizationId;

/// Rights that can only be given by those who hold them, so whoever takes the last of them away could not undo it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// To administer an organization: `org:admin` there, held by a user.
    Organization,
    /// To operate the platform: `admin`, held outside any organization.
    Platform,
    /// To administer users: a high account role.
    Users,
    /// To manage the installation: the scope `all` of the management resource.
    Installation,
}

/// What an operation does to the holders of such rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holders {
    /// Whether it takes them from somebody who holds them, able to act or not.
    pub loses_one: bool,
    /// Whether somebody else holds them who may act.
    pub has_other: bool,
}

impl Kept {
    /// Fails when the last holder who may act would be gone. What nobody holds cannot be lost: an organization without
    /// administrators can be changed like any other.
    ///
    /// # Errors
    /// `Conflict`: `last_manager` for [`Kept::Installation`], else `last_admin`.
    pub fn check(self, holders: Holders) -> Result<()> {
        if !holders.loses_one || holders.has_other {
            return Ok(());
        }
        Err(match self {
            Self::Organization | Self::Platform | Self::Users => {
                Error::conflict("last_admin", "The last administrator cannot be removed: make another one first.")
            }
            Self::Installation => Error::conflict(
                "last_manager",
                "Nobody would be left who may use this API: give the right to somebody else first.",
            ),
        })
    }
}

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
/// As [`Kept::check`].
pub fn keep_administrators(sole: &[Post], loss: Loss) -> Result<()> {
    let (kept, loses_one) = match loss {
        Loss::Everything if sole.contains(&None) => (Kept::Platform, true),
        Loss::Everything => (Kept::Organization, !sole.is_empty()),
        Loss::In(organization) => (Kept::Organization, sole.contains(&Some(organization))),
    };
    kept.check(Holders { loses_one, has_other: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sole_posts_are_kept() {
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
    }

    #[test]
    fn the_last_holder_stays() {
        for (kept, code) in [
            (Kept::Organization, "last_admin"),
            (Kept::Platform, "last_admin"),
            (Kept::Users, "last_admin"),
            (Kept::Installation, "last_manager"),
        ] {
            for (loses_one, has_other, refused) in
                [(false, false, None), (false, true, None), (true, true, None), (true, false, Some(code))]
            {
                let answer = kept.check(Holders { loses_one, has_other });
                assert_eq!(answer.err().map(|error| error.code()), refused, "{kept:?} {loses_one} {has_other}");
            }
        }
    }
}
