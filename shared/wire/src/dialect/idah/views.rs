//! Resources as they go out (contract, "Schemas").

use iam_domain::clock::Millis;
use iam_domain::model::{Session, User, UserAccess, role_scope};
use serde_json::{Map, Value, json};

use super::{Granted, kinds};
use crate::shapes::jsonapi::Resource;
use crate::shapes::picture;

/// RFC 3339, UTC, whole seconds.
pub fn time(millis: Millis) -> String {
    crate::http::time::rfc3339_seconds(millis)
}

/// An account.
pub fn account(user: &User<UserAccess>, origin: &str) -> Resource {
    let access = &user.data;
    let attributes = json!({
        "name": user.name(),
        // Users of other APIs may have none, here it is never null.
        "email": user.email.as_deref().unwrap_or_default(),
        "sso_channel": access.sso_channel,
        "enabled": user.state.may_use_code(),
        "role_name": access.role().as_str(),
        "role_scope": role_scope(&access.scope_rest, &access.organizations),
        "picture_url": user.avatar.clone().map(|at| picture::address(at, origin)),
        "joined_at": access.joined_at.map(time),
        "invitation_expired_at": access.invitation_expires_at.map(time),
        "created_at": time(user.created_at),
        "updated_at": time(user.updated_at),
    });
    resource(kinds::ACCOUNTS, user.id.to_string(), attributes)
}

/// Somebody who has logged in.
pub fn login(login: &Granted, origin: &str) -> Resource {
    let user = &login.user;
    let attributes = json!({
        "email": user.email.as_deref().unwrap_or_default(),
        "name": user.name(),
        "picture_url": user.avatar.clone().map(|at| picture::address(at, origin)),
        "role_name": login.role,
        "role_scope": login.scope,
        "role_rights": login.rights,
        "exp": login.access.expires_at,
    });
    resource(kinds::AUTHS, user.id.to_string(), attributes)
}

/// A session.
pub fn session(session: &Session) -> Resource {
    let attributes = json!({
        "account_id": session.user.get(),
        "user_agent": session.user_agent,
        "ip": session.ip,
        "created_at": time(session.created_at),
        "updated_at": time(session.updated_at),
    });
    let relationships = vec![("account", kinds::ACCOUNTS, session.user.to_string())];
    Resource { relationships, ..resource(kinds::SESSIONS, session.id.to_string(), attributes) }
}

/// A resource with these attributes.
pub(super) fn resource(kind: &'static str, id: String, attributes: Value) -> Resource {
    let attributes = match attributes {
        Value::Object(attributes) => attributes,
        _ => Map::new(),
    };
    Resource { kind, id, attributes, relationships: Vec::new() }
}
