//! Sessions: logins that go on.

use super::id::{PrincipalId, SessionId};
use crate::clock::Millis;

/// A session that goes on.
#[derive(Debug, Clone)]
pub struct Session {
    /// Id.
    pub id: SessionId,
    /// Whose.
    pub user: PrincipalId,
    /// What the client called itself when it logged in, or when it last refreshed.
    pub user_agent: Option<String>,
    /// Address of the client then.
    pub ip: Option<String>,
    /// Login.
    pub created_at: Millis,
    /// Last refresh.
    pub updated_at: Millis,
}
