//! Two views of the store: one tenant's, and the whole installation's; each for reading or for writing.

use std::marker::PhantomData;

use super::pool::Exec;
use crate::model::OrganizationId;

/// A view that reads: its statements run on their own.
#[derive(Debug, Clone, Copy)]
pub struct Read;

/// A view inside a unit of work: it may write as well.
#[derive(Debug, Clone, Copy)]
pub struct Write;

/// The store as one organization sees it. Every statement on it binds [`Tenant::organization`].
pub struct Tenant<'a, M = Read> {
    pub(super) exec: &'a dyn Exec,
    pub(super) organization: OrganizationId,
    mode: PhantomData<M>,
}

// By hand: derived, they would ask the same of the mode, which is a mark only.
impl<M> Clone for Tenant<'_, M> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<M> Copy for Tenant<'_, M> {}

impl<'a, M> Tenant<'a, M> {
    /// A view of `organization`'s data. Called where the right to it has been checked: [`crate::ops::Ctx::tenant`]
    /// and [`crate::ops::Work::tenant`].
    pub(crate) fn new(exec: &'a dyn Exec, organization: OrganizationId) -> Self {
        Self { exec, organization, mode: PhantomData }
    }

    /// Whose data this is.
    pub fn organization(&self) -> OrganizationId {
        self.organization
    }
}

/// The store without a tenant's limits: logins, key look-ups, uniqueness over the installation.
#[derive(Clone, Copy)]
pub struct System<'a, M = Read> {
    pub(super) exec: &'a dyn Exec,
    mode: PhantomData<M>,
}

impl<'a, M> System<'a, M> {
    /// A view of everything.
    pub(crate) fn new(exec: &'a dyn Exec) -> Self {
        Self { exec, mode: PhantomData }
    }
}
