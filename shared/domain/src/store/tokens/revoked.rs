//! Access tokens that were revoked before their end (RFC 7009).

use crate::clock::Millis;
use crate::params;
use crate::store::db::DbError;
use crate::store::tenant::{System, Write};

statements! {
    REVOKE = "INSERT INTO revoked_token (jti, expires_at) VALUES (?1, ?2) ON CONFLICT (jti) DO NOTHING";
    FORGET_EXPIRED = "DELETE FROM revoked_token WHERE expires_at < ?1";
}

impl System<'_, Write> {
    /// Marks a token as revoked until `expires_at`, and forgets those that have expired by `now`.
    pub async fn revoke_token(self, jti: &str, expires_at: Millis, now: Millis) -> Result<(), DbError> {
        self.exec.run(FORGET_EXPIRED, params![now]).await?;
        self.exec.run(REVOKE, params![jti, expires_at]).await.map(|_| ())
    }
}
