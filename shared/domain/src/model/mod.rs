//! The nouns of the identity graph.

mod api_key;
pub mod bounds;
mod credential;
mod event;
mod id;
mod invitation;
mod organization;
mod password;
mod patch;
mod picture;
mod principal;
mod resource;
mod role;
mod role_scope;
mod service_account;
mod session;
mod state;
mod stored;
mod text;
mod user;
mod user_change;

pub use api_key::{ApiKey, KeyLimits, KeyStatus, NewApiKey};
pub use credential::{CodePurpose, Credential, CredentialKind, MailFlow};
pub use event::{Audited, Changes, Event, EventType};
pub(crate) use id::json_list;
pub use id::{
    CredentialId, IdSet, InvitationId, NotAnId, OrganizationId, PrincipalId, ResourceId, RoleGrantId, RoleId, ScopeId,
    SessionId,
};
pub use invitation::{Invitation, InvitationStatus};
pub use organization::{
    AccountType, NewOrganization, Organization, OrganizationChange, OrganizationData, OrganizationDetails,
    OrganizationRef, name_or_id,
};
pub use password::{Demand, NewPassword, PasswordRule};
pub use patch::{ObjectPatch, Patch};
pub use picture::{ImageFormat, ImageName, Picture};
pub use principal::{PrincipalKind, PrincipalState};
pub use resource::{Resource, Scope};
pub use role::{Role, RoleFamily, RoleRef};
pub use role_scope::{RoleScope, role_scope};
pub use service_account::{
    ApplicationType, NewServiceAccount, ServiceAccount, ServiceAccountChange, ServiceAccountData, ServiceAccountDetails,
};
pub use session::Session;
pub use state::{StateChange, Transition};
pub(crate) use stored::stored_enum;
pub use text::{Email, EmailDomain, Name, Phone, display_name, name_key, parted_name, person_name_key, search_key};
pub use user::{User, UserAccess, UserClaims, UserHome};
pub use user_change::UserChange;
