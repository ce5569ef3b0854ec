//! The nouns of the identity graph.

mod account;
mod api_key;
pub mod bounds;
mod credential;
mod directory;
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
mod service_account;
mod session;
mod state;
mod stored;
mod text;

pub use account::{Account, RoleScope, role_scope};
pub use api_key::{ApiKey, KeyLimits, KeyStatus, NewApiKey};
pub use credential::{CodePurpose, CodeStyle, Credential, CredentialKind};
pub use directory::Person;
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
pub use principal::{PrincipalKind, PrincipalState, User, UserDetails};
pub use resource::{Resource, Scope};
pub use role::{Role, RoleFamily, RoleRef};
pub use service_account::{
    ApplicationType, NewServiceAccount, ServiceAccount, ServiceAccountChange, ServiceAccountData, ServiceAccountDetails,
};
pub use session::Session;
pub use state::Transition;
pub(crate) use stored::stored_enum;
pub use text::{Email, EmailDomain, Name, Phone, display_name, name_key, person_name_key, search_key};
