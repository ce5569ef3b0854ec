//! The nouns of the identity graph.

mod credential;
mod id;
mod organization;
mod password;
mod patch;
mod picture;
mod principal;
mod state;
mod text;

pub use credential::{CodePurpose, Credential, CredentialKind};
pub use id::{CredentialId, NotAnId, OrganizationId, PrincipalId, ResourceId, RoleGrantId, RoleId, ScopeId, SessionId};
pub use organization::{AccountType, Organization, OrganizationDetails, OrganizationRef};
pub use password::{NewPassword, PasswordRule};
pub use patch::Patch;
pub use picture::{ImageFormat, ImageName, Picture};
pub use principal::{PrincipalKind, PrincipalState, ServiceAccount, User, UserDetails};
pub use state::Transition;
pub use text::{Email, Name, Phone};
