//! What changes something.

use serde_json::json;

use super::{lists, tokens};
use crate::access::{Site, password_grant};
use crate::request::{Prepared, UNIQUE};

pub fn organization_create(site: &Site<'_>) -> Vec<Prepared> {
    let body = json!({ "name": format!("Bench {UNIQUE}"), "description": "Made under load" });
    vec![Prepared::json("POST", "/api/organizations", &body).bearer(site.management()).expecting(201, "\"id\"")]
}

/// By the administrator of an ordinary organization. Each time somebody new: whoever is a member already costs less.
pub fn member_add(site: &Site<'_>) -> Vec<Prepared> {
    let email = format!("new-{UNIQUE}@example.org");
    let body = json!({ "first_name": "New", "last_name": "Member", "email": email });
    vec![Prepared::json("POST", "/iam/v1/team/members/", &body).bearer(&site.people()[1]).expecting(201, "\"id\"")]
}

/// Each member gets one role and then the other, so that every request changes something.
pub fn role_replace(site: &Site<'_>) -> Vec<Prepared> {
    let members = site.facts.members_of_fifty.iter();
    members.flat_map(|member| site.facts.roles.map(|role| replace(site, *member, role))).collect()
}

fn replace(site: &Site<'_>, member: i64, role: i64) -> Prepared {
    let path = format!("/api/organizations/{}/users/{member}/roles", site.facts.fifty);
    let body = json!({ "organizationRoleIds": [role.to_string()] });
    Prepared::json("PUT", path, &body).bearer(site.management()).expecting(204, "")
}

pub fn mix(site: &Site<'_>) -> Vec<Prepared> {
    let (people, page) = (tokens::me_jwt(site), lists::members_of_fifty(site));
    let reads = people.iter().flat_map(|me| [me, &page[0]]).cycle();
    let mut mix = Vec::new();
    let mut reads = reads.cloned();
    for write in role_replace(site) {
        mix.extend(reads.by_ref().take(19));
        mix.push(write);
    }
    mix
}

pub fn login(site: &Site<'_>) -> Vec<Prepared> {
    site.facts.logins.iter().map(|person| password_grant(site.facts, person)).collect()
}
