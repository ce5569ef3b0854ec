//! The nouns of the identity graph.

mod credential;
mod id;
mod organization;
mod principal;
mod text;

pub use credential::{Credential, CredentialKind};
pub use id::{CredentialId, NotAnId, OrganizationId, PrincipalId, ResourceId, RoleGrantId, RoleId, ScopeId, SessionId};
pub use organization::{AccountType, Organization, OrganizationDetails, OrganizationRef};
pub use principal::{PrincipalKind, PrincipalState, ServiceAccount, User, UserDetails};
pub use text::{Email, Name};
