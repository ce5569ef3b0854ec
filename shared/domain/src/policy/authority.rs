//! How far a caller reaches: what its credential and its owner's roles allow, in terms of the graph, whichever API the
//! credential belongs to.

use super::action::Action;
use super::api_permission::ApiPermission;
use super::assignable::Assignable;
use super::permission::{Permission, Permissions};
use crate::model::{OrganizationId, PrincipalId};

/// The rows that an action may touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Every one of the installation.
    All,
    /// Those of these organizations, and what is the caller's own where `own` names it.
    Organizations {
        /// The organizations.
        ids: Vec<OrganizationId>,
        /// The caller, whose own rows are reached as well.
        own: Option<PrincipalId>,
    },
    /// Those of whoever shares an organization with the caller.
    Acquainted {
        /// The caller.
        me: PrincipalId,
        /// Whether users with an account role are reached as well, wherever they are.
        knows_role_holders: bool,
    },
    /// The caller's own.
    Own(PrincipalId),
    /// None.
    Nothing,
}

impl Reach {
    /// Those of one organization.
    pub fn of_organization(id: OrganizationId) -> Self {
        Self::Organizations { ids: vec![id], own: None }
    }

    /// Whether every row of the installation is reached.
    pub fn is_all(&self) -> bool {
        *self == Self::All
    }

    /// Whether an organization itself is reached.
    pub fn has_organization(&self, id: OrganizationId) -> bool {
        match self {
            Self::All => true,
            Self::Organizations { ids, .. } => ids.contains(&id),
            Self::Acquainted { .. } | Self::Own(_) | Self::Nothing => false,
        }
    }
}

/// How high somebody stands among the account roles. Nobody hands out more than they have, nor changes whoever stands
/// higher.
pub type Rank = Option<(u8, u8, u8)>;

/// What a credential and the roles of its owner allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authority {
    /// What the owner's roles give in the organization acted for.
    Roles,
    /// Everything in the installation but what belongs to its operator.
    Installation {
        /// Indicator of the resource whose scope `all` gives this.
        resource: String,
    },
    /// What a table says.
    Table(Box<Table>),
}

/// An authority that was drawn up action by action.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// How far each action reaches; one that is not there reaches nothing.
    pub reaches: Vec<(Action, Reach)>,
    /// Where the caller stands among the account roles.
    pub rank: Rank,
    /// Which organizations it may put users into, by the action that does so.
    pub assignable: Vec<(Action, Assignable)>,
    /// What it may allow API keys.
    pub api_permissions: Vec<ApiPermission>,
    /// Whether an account role was ever given to the caller.
    pub has_account_role: bool,
    /// Whether an API key is calling, which is no user of its own.
    pub is_key: bool,
    /// Whether the highest account roles may be given.
    pub gives_every_role: bool,
}

impl Table {
    /// Which organizations users may be put into by `action`.
    pub fn assignable(&self, action: Action) -> &Assignable {
        self.assignable.iter().find(|(known, _)| *known == action).map_or(&Assignable::None, |(_, to)| to)
    }
}

/// How a caller stands in the organization acted for.
#[derive(Debug, Clone, Copy)]
pub struct Here {
    /// The organization; `None`: the caller has none to act for.
    pub organization: Option<OrganizationId>,
    /// What the caller's roles allow there.
    pub permissions: Permissions,
}

impl Authority {
    /// How far `action` reaches.
    pub fn reach(&self, action: Action, here: Here) -> Reach {
        match self {
            Self::Roles => match (here.organization, action.permission()) {
                (Some(organization), Some(permission)) if here.permissions.contains(permission) => {
                    Reach::of_organization(organization)
                }
                _ => Reach::Nothing,
            },
            // The outbox has codes in clear: it is the operator's.
            Self::Installation { .. } if action.permission() == Some(Permission::OutboxManage) => Reach::Nothing,
            Self::Installation { .. } => Reach::All,
            Self::Table(table) => {
                let found = table.reaches.iter().find(|(known, _)| *known == action);
                found.map_or(Reach::Nothing, |(_, reach)| reach.clone())
            }
        }
    }
}
