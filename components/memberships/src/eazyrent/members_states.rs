//! `/iam/v1/team/members/{id}/lock/`, `unlock/`, `deactivate/`, `reactivate/` and `resend-invitation/`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::{StateChange, Transition};
use iam_domain::ops::users::{invite, state};
use iam_domain::policy::Permission;
use iam_wire::dialect::eazyrent::{EazyRent, UserView, choices, no_member};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

use super::member_id;

/// Changes the state of a person.
async fn change(call: &Call<'_>, transition: Transition) -> Result<Reply> {
    let changed = state::change(call.ctx(), member_id(call)?, StateChange::Make(transition)).await;
    let member = changed.map_err(no_member)?.map(|record| record.home);
    Reply::json(StatusCode::OK, &UserView::new(member, call.origin()))
}

/// Mails the invitation again.
async fn resend_invitation(call: &Call<'_>) -> Result<Reply> {
    invite::resend(call.ctx(), member_id(call)?, choices::MAILS).await.map_err(no_member)?;
    Reply::json(StatusCode::ACCEPTED, &())
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[
        Route {
            op: "members.lock",
            method: Method::POST,
            path: "/iam/v1/team/members/{id}/lock/",
            need: Need::Effective(Permission::MemberWrite),
            handler: |call| Box::pin(change(call, Transition::Lock)),
        },
        Route {
            op: "members.unlock",
            method: Method::POST,
            path: "/iam/v1/team/members/{id}/unlock/",
            need: Need::Effective(Permission::MemberWrite),
            handler: |call| Box::pin(change(call, Transition::Unlock)),
        },
        Route {
            op: "members.deactivate",
            method: Method::POST,
            path: "/iam/v1/team/members/{id}/deactivate/",
            need: Need::Effective(Permission::MemberWrite),
            handler: |call| Box::pin(change(call, Transition::Deactivate)),
        },
        Route {
            op: "members.reactivate",
            method: Method::POST,
            path: "/iam/v1/team/members/{id}/reactivate/",
            need: Need::Effective(Permission::MemberWrite),
            handler: |call| Box::pin(change(call, Transition::Reactivate)),
        },
        Route {
            op: "members.invite_again",
            method: Method::POST,
            path: "/iam/v1/team/members/{id}/resend-invitation/",
            need: Need::Effective(Permission::MemberWrite),
            handler: |call| Box::pin(resend_invitation(call)),
        },
    ],
};
