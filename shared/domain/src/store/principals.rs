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
    SET_STATE = "UPDATE principal SET state = ?2, updated_at = ?3 WHERE id = ?1";
    TOUCH = "UPDATE principal SET updated_at = ?2 WHERE id = ?1";
    DELETE = "DELETE FROM principal WHERE id = ?1";
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

    /// Sets the state of a principal.
    pub async fn set_state(self, id: PrincipalId, state: PrincipalState, now: Millis) -> Result<(), DbError> {
        self.exec.run(SET_STATE, params![id, state.as_str(), now]).await.map(|_| ())
    }

    /// Notes that a principal was changed.
    pub async fn touch(self, id: PrincipalId, now: Millis) -> Result<(), DbError> {
        self.exec.run(TOUCH, params![id, now]).await.map(|_| ())
    }

    /// Removes a principal for good, with all that hangs on it.
    pub async fn delete_principal(self, id: PrincipalId) -> Result<(), DbError> {
        self.exec.run(DELETE, params![id]).await.map(|_| ())
    }
}
