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
mod session;
mod state;
mod text;

pub use account::{Account, AccountOrganization, RoleScope, role_scope};
pub use api_key::{ApiKey, KeyStatus};
pub use credential::{CodePurpose, CodeStyle, Credential, CredentialKind};
pub use directory::{Application, ApplicationType, OrganizationEntry, Person};
pub use event::{Audited, Changes, Event, EventType};
pub(crate) use id::json_list;
pub use id::{
    CredentialId, IdSet, InvitationId, NotAnId, OrganizationId, PrincipalId, ResourceId, RoleGrantId, RoleId, ScopeId,
    SessionId,
};
pub use invitation::{Invitation, InvitationStatus};
pub use organization::{AccountType, Organization, OrganizationDetails, OrganizationRef};
pub use password::{Demand, NewPassword, PasswordRule};
pub use patch::{ObjectPatch, Patch};
pub use picture::{ImageFormat, ImageName, Picture};
pub(crate) use principal::stored_enum;
pub use principal::{PrincipalKind, PrincipalState, ServiceAccount, User, UserDetails};
pub use resource::{Resource, Scope};
pub use role::{Role, RoleFamily, RoleRef};
pub use session::Session;
pub use state::Transition;
pub use text::{Email, EmailDomain, Name, Phone, display_name, name_key, person_name_key, search_key};
