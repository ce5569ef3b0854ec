//! Permissions: the vocabulary in which operations say what they need.

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $bit:literal, $text:literal;)*) => {
        /// One thing a caller may be allowed to do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Permission { $($(#[$doc])* $name = $bit),* }

        impl Permission {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Name in the store and in the rights matrix.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// Reads a name.
            pub fn from_stored(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)* _ => None }
            }
        }
    };
}

permissions! {
    /// Read the organization itself and what is linked to it.
    OrganizationRead = 0, "organization.read";
    /// Change the organization.
    OrganizationWrite = 1, "organization.write";
    /// Read people of the organization.
    MemberRead = 2, "member.read";
    /// Add, change and remove people of the organization.
    MemberWrite = 3, "member.write";
    /// See who holds which role.
    GrantRead = 4, "grant.read";
    /// Give and take roles.
    GrantWrite = 5, "grant.write";
    /// See and manage service accounts, their keys and secrets.
    ServiceAccountManage = 6, "service_account.manage";
    /// Read the outbox, codes in clear included, and have it delivered. Only ever held on the platform.
    OutboxManage = 7, "outbox.manage";
    /// Manage every account and organization by an account role. Held apart from organizations.
    AccountManage = 8, "account.manage";
    /// Act as a sibling service. Held apart from organizations.
    AccountOperate = 9, "account.operate";
    /// Own the organization.
    AccountOwn = 10, "account.own";
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Permissions(u64);

impl Permissions {
    /// The empty set.
    pub const NONE: Self = Self(0);

    /// The set of `items`.
    pub const fn of(items: &[Permission]) -> Self {
        let mut bits = 0;
        let mut rest = items;
        while let [first, tail @ ..] = rest {
            bits |= 1 << (*first as u64);
            rest = tail;
        }
        Self(bits)
    }

    /// Whether `permission` is in the set.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << (permission as u64)) != 0
    }

    /// Whether everything in it is in `other` as well.
    pub const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// What is in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
