//! What an installation needs before its first request. Each component that logs people or machines in does it.

use iam_domain::crypto::SigningKey;
use iam_domain::error::Result;
use iam_domain::ops::Services;
use iam_domain::ops::installation::bootstrap;
use iam_domain::ops::tokens::keys;

use crate::settings::{Settings, wrong};

/// Stores the operator's signing key, and makes the first principals; each once.
///
/// # Errors
/// `Internal` with the variable to correct in the log context.
pub async fn installation(services: &Services, settings: &Settings) -> Result<()> {
    if let Some(own) = &settings.idah_key {
        let key = SigningKey::es256_from_foreign(own.pem.expose());
        let key = key.map_err(|_| wrong("idah_jwt_key", "a private key on the curve P-256 in PEM, PKCS#8 or SEC 1"))?;
        keys::adopt(services, &key, &own.generation).await?;
    }
    bootstrap::run(services, &settings.bootstrap).await
}
