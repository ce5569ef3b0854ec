//! Roles of accounts.

use crate::model::stored_enum;

stored_enum! {
    /// The one role that a user has over the whole installation, besides those that are granted.
    AccountRole {
        /// Works on what it was made a member of.
        User = "user",
        /// Manages the organizations in its scope, and who is in them.
        OrgOwner = "org_owner",
        /// Manages everything.
        Admin = "admin",
        /// A sibling service.
        System = "system",
        /// Owns the API keys. Not a role of the catalogue: nobody logs in with it.
        ApiService = "api_service",
    }
}

impl AccountRole {
    /// Rank: nobody hands out a role of a higher mask than its own. `None` = not in the catalogue.
    pub const fn mask(self) -> Option<(u8, u8, u8)> {
        match self {
            Self::User => Some((1, 0, 0)),
            Self::OrgOwner => Some((2, 0, 0)),
            Self::Admin => Some((8, 0, 0)),
            Self::System => Some((9, 9, 9)),
            Self::ApiService => None,
        }
    }

    /// Whether the catalogue lets people be given it.
    pub const fn is_assignable(self) -> bool {
        match self {
            Self::User | Self::OrgOwner | Self::Admin => true,
            Self::System | Self::ApiService => false,
        }
    }

    /// Whether it administers accounts whoever made them.
    pub const fn sees_everybody(self) -> bool {
        matches!(self, Self::Admin | Self::System)
    }

    /// Whether the catalogue has it. Only such a role logs in and counts in a token.
    pub const fn is_in_catalogue(self) -> bool {
        self.mask().is_some()
    }
}
