//! `/api/organization-invitations` (contracts/logto.md, "Invitations").

use http::{Method, StatusCode};
use iam_domain::error::{Error, FaultCode, Result, Wanted as Type};
use iam_domain::model::{Email, IdSet, Invitation, InvitationId, InvitationStatus, OrganizationId, PrincipalId};
use iam_domain::ops::invitations::create::{self, NewInvitation};
use iam_domain::ops::invitations::list::{self, Wanted};
use iam_domain::ops::invitations::{end, send};
use iam_wire::dialect::logto::{self, LogtoApi, RoleRefView, TENANT, optional_ids, text};
use iam_wire::http::body::Fields;
use iam_wire::http::list::JsonList;
use iam_wire::mail::is_link;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde::Serialize;
use serde_json::{Map, Value};

/// `OrganizationInvitation`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InvitationView {
    tenant_id: &'static str,
    id: String,
    inviter_id: Option<String>,
    invitee: String,
    accepted_user_id: Option<String>,
    organization_id: String,
    status: &'static str,
    created_at: i64,
    updated_at: i64,
    expires_at: i64,
    organization_roles: Vec<RoleRefView>,
}

impl From<Invitation> for InvitationView {
    fn from(invitation: Invitation) -> Self {
        let status = match invitation.status {
            InvitationStatus::Pending => "Pending",
            InvitationStatus::Accepted => "Accepted",
            InvitationStatus::Expired => "Expired",
            InvitationStatus::Revoked => "Revoked",
        };
        Self {
            tenant_id: TENANT,
            id: invitation.id.to_string(),
            inviter_id: invitation.inviter.map(|id| id.to_string()),
            invitee: invitation.invitee,
            accepted_user_id: invitation.accepted_by.map(|id| id.to_string()),
            organization_id: invitation.organization.to_string(),
            status,
            created_at: invitation.created_at,
            updated_at: invitation.updated_at,
            expires_at: invitation.expires_at,
            organization_roles: invitation.roles.into_iter().map(Into::into).collect(),
        }
    }
}

fn id(key: &'static str, value: &str) -> Result<String> {
    text(key, value, 1, usize::MAX)
}

/// Milliseconds; a client may have calculated with fractions.
#[allow(clippy::cast_possible_truncation, reason = "the bounds are those of dates in JavaScript, far below 2^53")]
fn moment(fields: &mut Fields, key: &'static str) -> Option<i64> {
    if !fields.has(key) {
        return fields.fault(key, FaultCode::Missing, "Required");
    }
    Some(fields.number(key, 0.0, -8.64e15, 8.64e15) as i64)
}

/// What a mail is written with: anything, but a `link` must be one.
fn payload(payload: Map<String, Value>) -> Result<Map<String, Value>> {
    match payload.get("link") {
        None => Ok(payload),
        Some(Value::String(link)) if is_link(link) => Ok(payload),
        Some(Value::String(_)) => Err(Error::field("link", FaultCode::Value, "This is no http or https URL.")),
        Some(_) => Err(Error::field("link", FaultCode::Type(Type::Text), "Input should be a valid string")),
    }
}

/// `messagePayload`: false, or what a mail is written with.
fn message(fields: &mut Fields) -> Option<Map<String, Value>> {
    const KEY: &str = "messagePayload";
    if !fields.has(KEY) {
        return None;
    }
    match fields.any(KEY) {
        Value::Bool(false) => None,
        Value::Object(object) => match payload(object) {
            Ok(payload) => Some(payload),
            Err(_) => fields.fault(KEY, FaultCode::Value, "link: This is no http or https URL."),
        },
        _ => fields.fault(KEY, FaultCode::Type(Type::Object), "Input should be false or an object"),
    }
}

fn invitation(call: &Call<'_>) -> InvitationId {
    InvitationId::named(call.param("id"))
}

async fn create(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let invitee = fields.required("invitee", Email::parse);
    let organization = fields.required("organizationId", id);
    let expires_at = moment(&mut fields, "expiresAt");
    let by = fields.nullable("inviterId", id);
    let roles = IdSet::of(&optional_ids(&mut fields, "organizationRoleIds"));
    let message = message(&mut fields);
    let (Some(invitee), Some(organization), Some(expires_at)) = (invitee, organization, expires_at) else {
        return Err(fields.into_error());
    };
    fields.check()?;
    let organization = OrganizationId::named(&organization);
    let by = by.as_deref().map(PrincipalId::named);
    let new = NewInvitation { invitee, organization, inviter: by, roles, expires_at, message };
    let made = create::create(call.ctx(), new).await?;
    Reply::json(StatusCode::CREATED, &InvitationView::from(made))
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let query = logto::query(call)?;
    let wanted = Wanted {
        organization: query.get("organizationId").map(OrganizationId::named),
        inviter: query.get("inviterId").map(PrincipalId::named),
        invitee: query.get("invitee"),
    };
    let mut invitations = list::list(call.ctx(), wanted)?;
    let mut shown = JsonList::default();
    while let Some(page) = invitations.next().await? {
        shown.extend(page.into_iter().map(InvitationView::from))?;
    }
    Ok(shown.into_reply())
}

async fn find(call: &Call<'_>) -> Result<Reply> {
    let found = list::find(call.ctx(), invitation(call)).await?;
    Reply::json(StatusCode::OK, &InvitationView::from(found))
}

async fn delete(call: &Call<'_>) -> Result<Reply> {
    end::delete(call.ctx(), invitation(call)).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

async fn set_status(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let is_accepted = fields.required("status", |key, status| match status {
        "Accepted" => Ok(true),
        "Revoked" => Ok(false),
        _ => Err(Error::field(key, FaultCode::Value, "Input should be Accepted or Revoked.")),
    });
    let user = fields.nullable("acceptedUserId", |key, value| text(key, value, 0, usize::MAX));
    let Some(is_accepted) = is_accepted else { return Err(fields.into_error()) };
    fields.check()?;
    let ended = if is_accepted {
        let user = user.as_deref().filter(|user| !user.is_empty());
        end::accept(call.ctx(), invitation(call), user.map(PrincipalId::named)).await?
    } else {
        end::revoke(call.ctx(), invitation(call)).await?
    };
    Reply::json(StatusCode::OK, &InvitationView::from(ended))
}

async fn send(call: &Call<'_>) -> Result<Reply> {
    let message = payload(logto::body(call).await?.rest())?;
    send::send(call.ctx(), invitation(call), message).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "installation.create_invitation",
            method: Method::POST,
            path: "/api/organization-invitations",
            need: Need::Installation,
            handler: |call| Box::pin(create(call)),
        },
        Route {
            op: "installation.list_invitations",
            method: Method::GET,
            path: "/api/organization-invitations",
            need: Need::Installation,
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "installation.find_invitation",
            method: Method::GET,
            path: "/api/organization-invitations/{id}",
            need: Need::Installation,
            handler: |call| Box::pin(find(call)),
        },
        Route {
            op: "installation.delete_invitation",
            method: Method::DELETE,
            path: "/api/organization-invitations/{id}",
            need: Need::Installation,
            handler: |call| Box::pin(delete(call)),
        },
        Route {
            op: "installation.set_invitation_status",
            method: Method::PUT,
            path: "/api/organization-invitations/{id}/status",
            need: Need::Installation,
            handler: |call| Box::pin(set_status(call)),
        },
        Route {
            op: "installation.send_invitation",
            method: Method::POST,
            path: "/api/organization-invitations/{id}/message",
            need: Need::Installation,
            handler: |call| Box::pin(send(call)),
        },
    ],
};
