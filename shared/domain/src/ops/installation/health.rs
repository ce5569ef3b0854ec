//! Whether the service can do its work.

use crate::error::Result;
use crate::ops::ctx::Services;
use crate::store::{Read, System};

/// Fails when the database does not answer.
pub async fn check(services: &Services) -> Result<()> {
    System::<Read>::new(&services.pool).installation().await?;
    Ok(())
}
