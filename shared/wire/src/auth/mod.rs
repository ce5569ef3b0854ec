//! Credentials in requests: one file per scheme. Which schemes a dialect takes, its kit says.

mod authorization;
mod bearer;
pub(crate) mod client;

use iam_domain::error::{AuthFault, Error, Result};
use iam_domain::ops::{Acting, Caller, Services};

use crate::http::request::Request;
use crate::kit::Kit;
use crate::settings::Settings;

pub(crate) use authorization::Authorization;

/// Authenticates a request that needs a caller.
pub(crate) async fn caller(
    services: &Services,
    settings: &Settings,
    kit: &dyn Kit,
    request: &Request,
    origin: &str,
    acting: Acting,
) -> Result<Caller> {
    match kit.authorization(request) {
        Authorization::AccessToken(token) => bearer::caller(services, settings, kit, origin, token, acting).await,
        Authorization::OwnToken(token) => {
            let bearer = kit.own_token(services, token).await?;
            Caller::of_token(services, &bearer, acting).await
        }
        Authorization::ApiToken(token) => Caller::of_api_token(services, token, acting).await,
        Authorization::Absent => Err(Error::unauthenticated(AuthFault::Missing)),
        Authorization::Unknown => Err(Error::unauthenticated(AuthFault::Scheme)),
    }
}

/// Value of `WWW-Authenticate` (RFC 6750 §3): a reason only for a request that carried a credential.
pub(crate) fn challenge(fault: AuthFault) -> &'static str {
    match fault {
        AuthFault::Missing | AuthFault::Scheme => "Bearer",
        AuthFault::Invalid | AuthFault::NoSubject | AuthFault::Inactive => "Bearer error=\"invalid_token\"",
    }
}
