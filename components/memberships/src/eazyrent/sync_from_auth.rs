//! `/iam/v1/team/members/{id}/sync-from-auth/`.

use http::Method;
use iam_domain::error::Result;
use iam_domain::ops::users::sync::Whom;
use iam_domain::policy::Permission;
use iam_wire::dialect::eazyrent::{EazyRent, no_member};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes, upstream};

/// Copies a member's particulars from the upstream login service.
async fn sync(call: &Call<'_>) -> Result<Reply> {
    upstream::sync(call, Whom::Member(super::member_id(call)?), None).await.map_err(no_member)
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[Route {
        op: "members.sync",
        method: Method::POST,
        path: "/iam/v1/team/members/{id}/sync-from-auth/",
        need: Need::Effective(Permission::MemberWrite),
        handler: |call| Box::pin(sync(call)),
    }],
};
