//! Logto management API (contracts/logto.md). The first machine client speaks, whose token has the scope `all`.

use iam_domain::clock::{Clock, SystemClock};
use iam_domain::crypto::secret::{Alphabet, random_text};
use iam_domain::rng::SystemRng;
use iam_tests::server::MANAGEMENT_RESOURCE;
use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use super::{list, send, take, text};
use crate::scenarios::dialect::{
    Answer, Dialect, Invitation, Key, NewUser, Organization, PASSWORD, Seen, Session, User, Verb, Why,
};
use crate::wire::shape;

const USERS: &str = "/api/users";
const ORGANIZATIONS: &str = "/api/organizations";
const INVITATIONS: &str = "/api/organization-invitations";
const APPLICATIONS: &str = "/api/applications";

const HOUR: i64 = 60 * 60 * 1000;

/// Spoken by whoever manages everything.
pub fn client(server: &Server) -> Logto<'_> {
    Logto { server, manager: server.manager() }
}

pub struct Logto<'a> {
    server: &'a Server,
    manager: Client,
}

#[track_caller]
fn told(answer: Response, status: u16) -> Answer<Response> {
    take(answer, status, shape::logto_error)
}

fn user_path(user: &User) -> String {
    format!("{USERS}/{}", user.id)
}

fn at(organization: &Organization, below: &str) -> String {
    format!("{ORGANIZATIONS}/{}{below}", organization.id)
}

fn seen(user: &Value) -> Seen {
    Seen {
        id: text(&user["id"]),
        email: user["primaryEmail"].as_str().unwrap_or_default().to_owned(),
        name: user["name"].as_str().unwrap_or_default().to_owned(),
        is_stopped: user["isSuspended"].as_bool().expect("isSuspended"),
    }
}

fn unique(stem: &str) -> String {
    format!("{stem}-{}", random_text(Alphabet::LowerDigits, 12, &SystemRng))
}

impl Logto<'_> {
    fn new_user(&self, new: &NewUser, password: Option<&str>) -> Answer<User> {
        let mut body = json!({ "primaryEmail": new.email, "name": new.name });
        if let Some(password) = password {
            body["password"] = json!(password);
        }
        let made = told(self.manager.post(USERS, &body), 200)?.json();
        Ok(User { id: text(&made["id"]), email: new.email.clone() })
    }

    fn suspend(&self, user: &User, is_suspended: bool) -> Answer {
        let body = json!({ "isSuspended": is_suspended });
        let path = format!("{}/is-suspended", user_path(user));
        told(send(&self.manager, "PATCH", &path, &body), 200).map(drop)
    }

    /// The role that lets applications manage everything.
    fn management_role(&self) -> Answer<String> {
        let roles = told(self.manager.get("/api/roles?search=%25Management%20API%20access%25"), 200)?.json();
        Ok(text(&list(&roles)[0]["id"]))
    }
}

impl Dialect for Logto<'_> {
    fn name(&self) -> &'static str {
        "logto"
    }

    /// People log in interactively alone, which this service does not have; whoever manages one organization manages all.
    fn lacks(&self) -> &'static [Verb] {
        &[Verb::LogIn, Verb::AdministerOne, Verb::Children, Verb::MakePending, Verb::Administrators]
    }

    fn statuses(&self, why: Why) -> &'static [u16] {
        match why {
            // `organization.require_membership` has a status of its own.
            Why::Unknown => &[404, 422],
            Why::Unauthenticated | Why::WrongLogin => &[401],
            Why::LastAdministrator => &[422],
            Why::Forbidden => &[403],
        }
    }

    fn make_organization(&self, name: &str) -> Answer<Organization> {
        let made = told(self.manager.post(ORGANIZATIONS, &json!({ "name": name })), 201)?.json();
        Ok(Organization { id: text(&made["id"]) })
    }

    fn organization_name(&self, organization: &Organization) -> Answer<String> {
        Ok(text(&told(self.manager.get(&at(organization, "")), 200)?.json()["name"]))
    }

    fn rename_organization(&self, organization: &Organization, name: &str) -> Answer {
        told(send(&self.manager, "PATCH", &at(organization, ""), &json!({ "name": name })), 200).map(drop)
    }

    fn delete_organization(&self, organization: &Organization) -> Answer {
        told(self.manager.delete(&at(organization, "")), 204).map(drop)
    }

    fn make_user(&self, organization: &Organization, new: &NewUser) -> Answer<User> {
        let user = self.new_user(new, None)?;
        told(self.manager.post(&at(organization, "/users"), &json!({ "userIds": [user.id] })), 201)?;
        Ok(user)
    }

    fn invite(&self, organization: &Organization, new: &NewUser) -> Answer<Invitation> {
        let ends = SystemClock.now() + HOUR;
        let body = json!({ "invitee": new.email, "organizationId": organization.id, "expiresAt": ends });
        let made = told(self.manager.post(INVITATIONS, &body), 201)?.json();
        assert_eq!(made["status"], "Pending");
        Ok(Invitation { user: new.clone(), id: text(&made["id"]) })
    }

    /// The account comes first, and then its acceptance.
    fn accept(&self, invitation: &Invitation) -> Answer<User> {
        let user = self.new_user(&invitation.user, Some(PASSWORD))?;
        let body = json!({ "status": "Accepted", "acceptedUserId": user.id });
        told(send(&self.manager, "PUT", &format!("{INVITATIONS}/{}/status", invitation.id), &body), 200)?;
        Ok(user)
    }

    fn user(&self, _: &Organization, user: &User) -> Answer<Seen> {
        Ok(seen(&told(self.manager.get(&user_path(user)), 200)?.json()))
    }

    fn members(&self, organization: &Organization) -> Answer<Vec<Seen>> {
        let members = told(self.manager.get(&at(organization, "/users?page_size=100")), 200)?.json();
        Ok(list(&members).iter().map(seen).collect())
    }

    fn rename(&self, _: &Organization, user: &User, first: &str, last: &str) -> Answer {
        let body = json!({ "name": format!("{first} {last}") });
        told(send(&self.manager, "PATCH", &user_path(user), &body), 200).map(drop)
    }

    fn lock(&self, _: &Organization, user: &User) -> Answer {
        self.suspend(user, true)
    }

    fn unlock(&self, _: &Organization, user: &User) -> Answer {
        self.suspend(user, false)
    }

    fn remove(&self, organization: &Organization, user: &User) -> Answer {
        told(self.manager.delete(&at(organization, &format!("/users/{}", user.id))), 204).map(drop)
    }

    fn delete(&self, _: &Organization, user: &User) -> Answer {
        told(self.manager.delete(&user_path(user)), 204).map(drop)
    }

    /// A new one of the template that all organizations share.
    fn some_role(&self) -> Answer<String> {
        let made = told(self.manager.post("/api/organization-roles", &json!({ "name": unique("role") })), 201)?.json();
        Ok(text(&made["id"]))
    }

    fn give_role(&self, organization: &Organization, user: &User, role: &str) -> Answer {
        let path = at(organization, &format!("/users/{}/roles", user.id));
        told(self.manager.post(&path, &json!({ "organizationRoleIds": [role] })), 201).map(drop)
    }

    fn take_role(&self, organization: &Organization, user: &User, role: &str) -> Answer {
        told(self.manager.delete(&at(organization, &format!("/users/{}/roles/{role}", user.id))), 204).map(drop)
    }

    fn roles(&self, organization: &Organization, user: &User) -> Answer<Vec<String>> {
        let held = told(self.manager.get(&at(organization, &format!("/users/{}/roles", user.id))), 200)?.json();
        Ok(list(&held).iter().map(|role| text(&role["id"])).collect())
    }

    fn ways_out(&self) -> &'static [&'static str] {
        &["remove", "replace all members", "suspend", "delete"]
    }

    fn put_out(&self, way: &str, organization: &Organization, user: &User) -> Answer {
        match way {
            "remove" => self.remove(organization, user),
            "suspend" => self.lock(organization, user),
            "delete" => self.delete(organization, user),
            _ => {
                let others = self.members(organization)?.into_iter().map(|seen| seen.id).filter(|id| *id != user.id);
                let body = json!({ "userIds": others.collect::<Vec<_>>() });
                told(send(&self.manager, "PUT", &at(organization, "/users"), &body), 204).map(drop)
            }
        }
    }

    fn act(&self, session: &Session) -> Answer {
        told(session.client.get(&session.probe), 200).map(drop)
    }

    /// One that may manage everything, since no other token is good for a request here.
    fn machine(&self, organization: &Organization) -> Answer<String> {
        let body = json!({ "name": unique("machine"), "type": "MachineToMachine" });
        let id = text(&told(self.manager.post(APPLICATIONS, &body), 200)?.json()["id"]);
        told(self.manager.post(&at(organization, "/applications"), &json!({ "applicationIds": [id] })), 201)?;
        let roles = json!({ "roleIds": [self.management_role()?] });
        told(self.manager.post(&format!("{APPLICATIONS}/{id}/roles"), &roles), 201)?;
        Ok(id)
    }

    fn machines(&self, organization: &Organization) -> Answer<Vec<String>> {
        let machines = told(self.manager.get(&at(organization, "/applications?page_size=100")), 200)?.json();
        Ok(list(&machines).iter().map(|machine| text(&machine["id"])).collect())
    }

    fn delete_machine(&self, _: &Organization, machine: &str) -> Answer {
        told(self.manager.delete(&format!("{APPLICATIONS}/{machine}")), 204).map(drop)
    }

    fn key_kinds(&self) -> &'static [&'static str] {
        &["secret"]
    }

    fn make_key(&self, _: &Organization, machine: &str, kind: &'static str) -> Answer<Key> {
        let path = format!("{APPLICATIONS}/{machine}/secrets");
        let made = told(self.manager.post(&path, &json!({ "name": unique("secret") })), 201)?.json();
        Ok(Key { id: text(&made["name"]), machine: machine.to_owned(), kind, secret: text(&made["value"]) })
    }

    fn authenticate(&self, organization: &Organization, key: &Key) -> Answer<Session> {
        let form = [("grant_type", "client_credentials"), ("resource", MANAGEMENT_RESOURCE), ("scope", "all")];
        let answer = self.server.client().basic(&key.machine, &key.secret).form("/oidc/token", &form);
        let token = take(answer, 200, |answer| text(&answer.json()["code"]))?.json();
        let client = self.server.client().bearer(&text(&token["access_token"]));
        let session = Session { client, probe: at(organization, "") };
        self.act(&session)?;
        Ok(session)
    }

    fn revoke_key(&self, _: &Organization, key: &Key) -> Answer {
        told(self.manager.delete(&format!("{APPLICATIONS}/{}/secrets/{}", key.machine, key.id)), 204).map(drop)
    }
}
