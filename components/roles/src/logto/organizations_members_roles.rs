//! What the roles of people and those of machines have in common.

use http::StatusCode;
use iam_domain::error::Result;
use iam_domain::model::{IdSet, OrganizationId, PrincipalId, PrincipalKind, RoleId};
use iam_domain::ops::grants::{self, Holder, NamedRoles};
use iam_wire::Reply;
use iam_wire::dialect::logto::{self, Pages, RoleView, ids};
use iam_wire::pipeline::Call;
use serde_json::json;

/// All of a kind in one organization.
#[derive(Clone, Copy)]
pub(super) struct Members {
    pub(super) kind: PrincipalKind,
    /// Name of the path parameter, and of the list in bodies.
    pub(super) param: &'static str,
    pub(super) list: &'static str,
}

impl Members {
    pub(super) fn organization(call: &Call<'_>) -> OrganizationId {
        OrganizationId::named(call.param("id"))
    }

    pub(super) fn holder(self, call: &Call<'_>) -> Holder {
        let id = PrincipalId::named(call.param(self.param));
        Holder { organization: Some(Self::organization(call)), kind: self.kind, id }
    }

    /// Whether somebody is a member is told before what is wrong with the rest of the request.
    async fn unless<T>(self, call: &Call<'_>, input: Result<T>) -> Result<T> {
        if input.is_err() {
            grants::list::require(call.ctx(), Self::organization(call), self.holder(call)).await?;
        }
        input
    }

    pub(super) async fn roles(self, call: &Call<'_>) -> Result<Reply> {
        let pages = self.unless(call, Pages::optional(call)).await?;
        let page = grants::list::list(call.ctx(), self.holder(call), pages.window()).await?;
        logto::list(call, pages, page, RoleView::from)
    }

    pub(super) async fn give_roles(self, call: &Call<'_>, body: Result<NamedRoles>) -> Result<Reply> {
        let named = self.unless(call, body).await?;
        let given = grants::give(call.ctx(), self.holder(call), &named).await?;
        let given: Vec<String> = given.iter().map(ToString::to_string).collect();
        Reply::json(StatusCode::CREATED, &json!({ "organizationRoleIds": given }))
    }

    pub(super) async fn replace_roles(self, call: &Call<'_>, body: Result<NamedRoles>) -> Result<Reply> {
        let named = self.unless(call, body).await?;
        grants::replace::defined(call.ctx(), Self::organization(call), self.holder(call), &named).await?;
        Ok(Reply::empty(StatusCode::NO_CONTENT))
    }

    pub(super) async fn take_role(self, call: &Call<'_>) -> Result<Reply> {
        grants::take(call.ctx(), self.holder(call), RoleId::named(call.param("role_id"))).await?;
        Ok(Reply::empty(StatusCode::NO_CONTENT))
    }

    /// Every role to every member. The answer has no body: the original's is one that its own client cannot parse.
    pub(super) async fn give_roles_to_many(self, call: &Call<'_>) -> Result<Reply> {
        let mut fields = logto::body(call).await?;
        let members = IdSet::of(&ids(&mut fields, self.list, 1));
        let roles = IdSet::of(&ids(&mut fields, "organizationRoleIds", 1));
        fields.check()?;
        grants::give_to_many(call.ctx(), Self::organization(call), self.kind, &members, &roles).await?;
        Ok(Reply::empty(StatusCode::CREATED))
    }
}
