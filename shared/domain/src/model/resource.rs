//! Resources that tokens can be asked for, and scopes.

use super::id::{ResourceId, ScopeId};
use crate::clock::Millis;

/// An API that tokens can be asked for (RFC 8707).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Id.
    pub id: ResourceId,
    /// Name.
    pub name: String,
    /// What tokens for it have as audience, unique.
    pub indicator: String,
    /// Whether tokens are for it when no resource is asked for.
    pub is_default: bool,
    /// Seconds that its tokens live, where it says so.
    pub access_token_ttl: Option<i64>,
}

/// A scope of a resource, or of the template that all organizations share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Id.
    pub id: ScopeId,
    /// Its resource; `None`: organizations.
    pub resource: Option<ResourceId>,
    /// Name, unique there.
    pub name: String,
    /// What it allows.
    pub description: Option<String>,
    /// When it was made.
    pub created_at: Millis,
}
