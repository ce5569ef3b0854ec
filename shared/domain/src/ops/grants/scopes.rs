//! Which scopes a machine client may get for a resource, an organization, or a resource in an organization.

use crate::error::Result;
use crate::model::{NotAnId, OrganizationId};
use crate::ops::ctx::{Caller, Services};
use crate::store::{Read, System};

/// What a token is asked for.
#[derive(Debug, Clone, Copy)]
pub struct ScopeQuery<'a> {
    /// Resource indicator (RFC 8707).
    pub resource: Option<&'a str>,
    /// Organization; `Err` when the text is not an id, which is an organization nobody is in.
    pub organization: Option<Result<OrganizationId, NotAnId>>,
    /// What the audience of a token for an organization alone begins with.
    pub organization_audience: &'static str,
}

/// Where a token will be good, and which scopes its owner holds there.
#[derive(Debug, Clone)]
pub struct ScopeTarget {
    /// `aud`.
    pub audience: String,
    /// Scopes held.
    pub scopes: Vec<String>,
    /// Seconds, where the resource says so.
    pub lifetime: Option<i64>,
    /// To be named in the token besides the audience.
    pub organization_claim: Option<OrganizationId>,
    /// Whether an empty scope is shown, rather than left out.
    pub keeps_empty_scope: bool,
}

/// The answer.
#[derive(Debug, Clone)]
pub enum Granted {
    /// A token can be issued.
    Scopes(ScopeTarget),
    /// Neither a resource nor an organization is named, and there is no default resource.
    NoTarget,
    /// No resource has this indicator.
    UnknownResource,
    /// The client is not in the organization.
    NotMember,
}

/// Looks up what `caller` holds. At most two statements.
pub async fn granted(services: &Services, caller: &Caller, query: ScopeQuery<'_>) -> Result<Granted> {
    let store = System::<Read>::new(&services.pool);
    let organization = match query.organization {
        None => None,
        Some(Err(NotAnId)) => return Ok(Granted::NotMember),
        Some(Ok(organization)) => match store.organization_grant(caller.id(), organization).await? {
            None => return Ok(Granted::NotMember),
            Some(grant) => Some((organization, grant)),
        },
    };
    let indicator = match (query.resource, &organization) {
        (Some(indicator), _) => indicator.to_owned(),
        (None, Some((id, grant))) => {
            return Ok(Granted::Scopes(ScopeTarget {
                audience: format!("{}{id}", query.organization_audience),
                scopes: grant.scopes.clone(),
                lifetime: None,
                organization_claim: None,
                keeps_empty_scope: true,
            }));
        }
        (None, None) => match store.default_resource().await? {
            Some(indicator) => indicator,
            None => return Ok(Granted::NoTarget),
        },
    };
    let organization = organization.map(|(id, _)| id);
    let Some(grant) = store.resource_grant(caller.id(), &indicator, organization).await? else {
        return Ok(Granted::UnknownResource);
    };
    Ok(Granted::Scopes(ScopeTarget {
        audience: indicator,
        scopes: grant.scopes,
        lifetime: grant.access_token_ttl,
        organization_claim: organization,
        keeps_empty_scope: false,
    }))
}
