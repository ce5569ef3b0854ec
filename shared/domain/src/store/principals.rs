//! Rows that people and machines have in common.

use super::db::DbError;
use super::ids::insert_new;
use super::tenant::{System, Write};
use super::value::Value;
use crate::clock::Millis;
use crate::model::{OrganizationId, PrincipalId, PrincipalKind, PrincipalState};
use crate::params;
use crate::rng::Rng;

statements! {
    INSERT = "INSERT INTO principal (id, kind, state, organization_id, created_at, updated_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT (id) DO NOTHING RETURNING id";
}

/// A principal to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewPrincipal {
    /// Person or machine.
    pub kind: PrincipalKind,
    /// First state.
    pub state: PrincipalState,
    /// Home organization.
    pub organization: Option<OrganizationId>,
}

impl NewPrincipal {
    fn params(self, id: PrincipalId, now: Millis) -> Vec<Value> {
        params![id, self.kind.as_str(), self.state.as_str(), self.organization, now]
    }
}

impl System<'_, Write> {
    /// Makes a principal with a new id.
    pub async fn insert_principal(self, new: NewPrincipal, rng: &dyn Rng, now: Millis) -> Result<PrincipalId, DbError> {
        insert_new(self.exec, INSERT, rng, PrincipalId::random, |id| new.params(id, now)).await
    }

    /// Makes a principal with a given id; `false` when it is taken.
    pub async fn try_insert_principal(self, id: PrincipalId, new: NewPrincipal, now: Millis) -> Result<bool, DbError> {
        Ok(!self.exec.run(INSERT, new.params(id, now)).await?.is_empty())
    }
}
