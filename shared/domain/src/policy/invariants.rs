//! Somebody is left: which rights always keep a holder who may act, through whichever API they are taken away.

use crate::error::{Error, Result};

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

#[cfg(test)]
mod tests {
    use super::*;

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
