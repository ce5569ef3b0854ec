//! `/iam/v1/images/{name}`: stored logos and avatars, for everybody who knows the address.

use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, HeaderName, IF_NONE_MATCH};
use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::ops::pictures;
use iam_wire::dialect::eazyrent::EazyRent;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

/// A picture never changes under its name, so it may be kept for a year.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Should a browser ever be made to open it as a page: nothing in it runs or loads anything.
const INERT: &str = "default-src 'none'; sandbox";
/// Pictures are shown on pages of other origins.
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The bytes of a picture.
async fn show(call: &Call<'_>) -> Result<Reply> {
    let name = call.param("name");
    let (bytes, format) = pictures::read(call.services(), name).await?;
    let tag = format!("\"{name}\"");
    let is_known =
        call.request().header(IF_NONE_MATCH.as_str()).is_some_and(|known| known.trim() == "*" || known.contains(&tag));
    let reply = if is_known {
        Reply::empty(StatusCode::NOT_MODIFIED)
    } else {
        Reply::with_body(StatusCode::OK, format.media_type(), bytes)
    };
    Ok(reply
        .header(CACHE_CONTROL, FOREVER)
        .header(ETAG, &tag)
        .header(CONTENT_SECURITY_POLICY, INERT)
        .header(RESOURCE_POLICY, "cross-origin"))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[Route {
        op: "images.show",
        method: Method::GET,
        path: "/iam/v1/images/{name}",
        need: Need::Public,
        handler: |call| Box::pin(show(call)),
    }],
};
