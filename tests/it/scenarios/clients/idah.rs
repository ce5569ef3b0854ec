//! IDAH IAM service (contracts/idah.md). The first administrator speaks, an account of the role `admin`.

use std::cell::OnceCell;

use iam_tests::server::{ADMIN_EMAIL, ADMIN_PASSWORD};
use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use super::{list, mailed_code, take, text};
use crate::scenarios::dialect::{
    Answer, Dialect, Invitation, Key, NewUser, Organization, PASSWORD, Seen, Session, User, Verb, Why,
};
use crate::wire::tenant::unique_email;

const ACCOUNTS: &str = "/accounts";
const ORGANIZATIONS: &str = "/organizations";
const KEYS: &str = "/api_keys";

/// The way out that is not open to those who have joined.
const DELETE: &str = "delete";

const ACCOUNT: &str = "iam:accounts";
const ORGANIZATION: &str = "iam:organizations";
const API_KEY: &str = "iam:api_keys";

/// Spoken by an administrator of accounts.
pub fn client(server: &Server) -> Idah<'_> {
    Idah { server, speaker: OnceCell::new() }
}

pub struct Idah<'a> {
    server: &'a Server,
    /// Logged in when it first speaks, since comparing a password takes a while.
    speaker: OnceCell<Client>,
}

/// The answer, or the refusal by the title of its first error.
#[track_caller]
fn told(answer: Response, status: u16) -> Answer<Response> {
    take(answer, status, |answer| {
        let body = answer.json();
        let errors = list(&body["errors"]);
        for error in errors {
            let status = error["status"].to_string();
            assert_eq!(status.trim_matches('"'), answer.status.to_string(), "{body}");
            assert!(error["detail"].is_string(), "{body}");
        }
        text(&errors[0]["title"])
    })
}

fn write(client: &Client, method: &str, path: &str, kind: &str, attributes: &Value) -> Response {
    let document = json!({ "data": { "type": kind, "attributes": attributes } });
    client.send(method, path, Some("application/vnd.api+json"), document.to_string().as_bytes())
}

fn account(user: &User) -> String {
    format!("{ACCOUNTS}/{}", user.id)
}

fn at(organization: &Organization) -> String {
    format!("{ORGANIZATIONS}/{}", organization.id)
}

fn seen(account: &Value) -> Seen {
    let attributes = &account["attributes"];
    Seen {
        id: text(&account["id"]),
        email: text(&attributes["email"]),
        name: attributes["name"].as_str().unwrap_or_default().to_owned(),
        is_stopped: !attributes["enabled"].as_bool().expect("enabled"),
    }
}

impl<'a> Idah<'a> {
    fn speaker(&self) -> &Client {
        self.speaker.get_or_init(|| self.enter(ADMIN_EMAIL, ADMIN_PASSWORD).expect("the first administrator").client)
    }

    fn enter(&self, email: &str, password: &str) -> Answer<Session> {
        let body = json!({ "email": email, "password": password });
        let answer = told(self.server.client().post("/auth/login", &body), 200)?.json();
        let client = self.server.client().bearer(&text(&answer["meta"]["token"]));
        Ok(Session { client, probe: format!("{ACCOUNTS}/{}", text(&answer["data"]["id"])) })
    }

    fn change(&self, user: &User, attributes: &Value) -> Answer {
        told(write(self.speaker(), "PATCH", &account(user), ACCOUNT, attributes), 200).map(drop)
    }

    /// The role scope of an account, without an organization.
    fn scope_without(&self, organization: &Organization, user: &User) -> Answer<Value> {
        let shown = told(self.speaker().get(&account(user)), 200)?.json();
        let mut scope = shown["data"]["attributes"]["role_scope"].clone();
        if let Some(ids) = scope["org"].as_array_mut() {
            ids.retain(|id| *id != organization.id);
        }
        Ok(scope)
    }

    /// An account that owns the organization and nothing else.
    fn owner_of(&self, organization: &Organization) -> Answer<Idah<'a>> {
        let new = NewUser { email: unique_email("owner"), name: "Some Owner" };
        let owner = (self as &dyn Dialect).let_in(organization, &new)?;
        let owns = json!({ "role_name": "org_owner", "role_scope": { "org": [organization.id] } });
        self.change(&owner, &owns)?;
        let speaker = OnceCell::from(self.log_in(&owner)?.client);
        Ok(Idah { server: self.server, speaker })
    }
}

impl Dialect for Idah<'_> {
    fn name(&self) -> &'static str {
        "idah"
    }

    /// All keys belong to one account; who has joined is disabled, not deleted.
    fn lacks(&self) -> &'static [Verb] {
        &[Verb::Children, Verb::DeleteJoined, Verb::Administrators, Verb::Machines, Verb::GuestMachines]
    }

    fn statuses(&self, why: Why) -> &'static [u16] {
        match why {
            Why::Unknown => &[404],
            Why::Unauthenticated | Why::WrongLogin => &[401],
            // A rule that forbids something, or a fault of the input.
            Why::LastAdministrator => &[403, 422],
            Why::Forbidden => &[403],
        }
    }

    fn administrator<'a>(&'a self, organization: &Organization) -> Box<dyn Dialect + 'a> {
        Box::new(self.owner_of(organization).expect("an owner"))
    }

    fn make_organization(&self, name: &str) -> Answer<Organization> {
        let made = write(self.speaker(), "POST", ORGANIZATIONS, ORGANIZATION, &json!({ "name": name }));
        Ok(Organization { id: text(&told(made, 201)?.json()["data"]["id"]) })
    }

    fn organization_name(&self, organization: &Organization) -> Answer<String> {
        let shown = told(self.speaker().get(&at(organization)), 200)?.json();
        Ok(text(&shown["data"]["attributes"]["name"]))
    }

    fn rename_organization(&self, organization: &Organization, name: &str) -> Answer {
        let answer = write(self.speaker(), "PATCH", &at(organization), ORGANIZATION, &json!({ "name": name }));
        told(answer, 200).map(drop)
    }

    fn delete_organization(&self, organization: &Organization) -> Answer {
        told(self.speaker().delete(&at(organization)), 204).map(drop)
    }

    fn make_user(&self, organization: &Organization, new: &NewUser) -> Answer<User> {
        let attributes = json!({ "email": new.email, "name": new.name, "role_scope": { "org": [organization.id] } });
        let made = told(write(self.speaker(), "POST", ACCOUNTS, ACCOUNT, &attributes), 201)?.json();
        assert_eq!(made["data"]["attributes"]["joined_at"], Value::Null, "invited");
        Ok(User { id: text(&made["data"]["id"]), email: new.email.clone() })
    }

    /// An account that is made is invited.
    fn invite(&self, organization: &Organization, new: &NewUser) -> Answer<Invitation> {
        let user = self.make_user(organization, new)?;
        Ok(Invitation { user: new.clone(), id: user.id })
    }

    /// Joining gives a token by which the first password is set.
    fn accept(&self, invitation: &Invitation) -> Answer<User> {
        let (client, email) = (self.server.client(), &invitation.user.email);
        let path = format!("{ACCOUNTS}/{}/join", mailed_code(self.server, email));
        let joined = told(write(&client, "PATCH", &path, ACCOUNT, &json!({})), 200)?.json();
        assert_eq!(text(&joined["data"]["id"]), invitation.id);
        let body = json!({ "token": joined["meta"]["password_reset_token"], "password": PASSWORD });
        told(client.post("/account/passwords/reset", &body), 204)?;
        Ok(User { id: invitation.id.clone(), email: email.clone() })
    }

    fn user(&self, _: &Organization, user: &User) -> Answer<Seen> {
        Ok(seen(&told(self.speaker().get(&account(user)), 200)?.json()["data"]))
    }

    fn members(&self, organization: &Organization) -> Answer<Vec<Seen>> {
        let path = format!("{ACCOUNTS}?filter[with_role_scope][org][]={}", organization.id);
        let members = told(self.speaker().get(&path), 200)?.json();
        Ok(list(&members["data"]).iter().map(seen).collect())
    }

    fn rename(&self, _: &Organization, user: &User, first: &str, last: &str) -> Answer {
        self.change(user, &json!({ "name": format!("{first} {last}") }))
    }

    fn lock(&self, _: &Organization, user: &User) -> Answer {
        self.change(user, &json!({ "enabled": false }))
    }

    fn unlock(&self, _: &Organization, user: &User) -> Answer {
        self.change(user, &json!({ "enabled": true }))
    }

    fn remove(&self, organization: &Organization, user: &User) -> Answer {
        let scope = self.scope_without(organization, user)?;
        self.change(user, &json!({ "role_scope": scope }))
    }

    /// Only who has not joined can be deleted.
    fn delete(&self, _: &Organization, user: &User) -> Answer {
        told(self.speaker().delete(&account(user)), 204).map(drop)
    }

    fn some_role(&self) -> Answer<String> {
        Ok("org_owner".to_owned())
    }

    /// An account has one role, which this replaces.
    fn give_role(&self, _: &Organization, user: &User, role: &str) -> Answer {
        self.change(user, &json!({ "role_name": role }))
    }

    /// Without another one an account is a `user`.
    fn take_role(&self, organization: &Organization, user: &User, role: &str) -> Answer {
        assert_eq!(self.roles(organization, user)?, [role]);
        self.change(user, &json!({ "role_name": "user" }))
    }

    fn roles(&self, _: &Organization, user: &User) -> Answer<Vec<String>> {
        let shown = told(self.speaker().get(&account(user)), 200)?.json();
        Ok(vec![text(&shown["data"]["attributes"]["role_name"])])
    }

    fn ways_out(&self) -> &'static [&'static str] {
        &["take the organization from the role scope", "disable", DELETE]
    }

    /// Whoever has joined is never deleted.
    fn never_open(&self) -> &'static [&'static str] {
        &[DELETE]
    }

    fn put_out(&self, way: &str, organization: &Organization, user: &User) -> Answer {
        match way {
            DELETE => self.delete(organization, user),
            "disable" => self.lock(organization, user),
            _ => self.remove(organization, user),
        }
    }

    fn log_in(&self, user: &User) -> Answer<Session> {
        self.enter(&user.email, PASSWORD)
    }

    /// Organizations that an account is in are those that it can read.
    fn sees(&self, session: &Session, organization: &Organization) -> Answer<bool> {
        match told(session.client.get(&at(organization)), 200) {
            Ok(_) => Ok(true),
            Err(refusal) if refusal.status == 404 => Ok(false),
            Err(refusal) => Err(refusal),
        }
    }

    fn act(&self, session: &Session) -> Answer {
        told(session.client.get(&session.probe), 200).map(drop)
    }

    /// The account that owns all keys.
    fn machine(&self, _: &Organization) -> Answer<String> {
        let services = told(self.speaker().get(&format!("{ACCOUNTS}?filter[role_name]=api_service")), 200)?.json();
        Ok(text(&list(&services["data"])[0]["id"]))
    }

    fn key_kinds(&self) -> &'static [&'static str] {
        &["API key"]
    }

    fn make_key(&self, organization: &Organization, machine: &str, kind: &'static str) -> Answer<Key> {
        let attributes = json!({
            "name": kind, "permissions": ["org_ro_org"], "scope_type": "org", "scope_value": [organization.id],
        });
        let made = told(write(self.speaker(), "POST", KEYS, API_KEY, &attributes), 201)?.json()["data"].clone();
        Ok(Key { id: text(&made["id"]), machine: machine.to_owned(), kind, secret: text(&made["attributes"]["key"]) })
    }

    fn authenticate(&self, organization: &Organization, key: &Key) -> Answer<Session> {
        let body = json!({ "api_key": key.secret });
        let answer = told(self.server.client().post("/auth/api/login", &body), 200)?.json();
        let client = self.server.client().bearer(&text(&answer["meta"]["token"]));
        let session = Session { client, probe: at(organization) };
        self.act(&session)?;
        Ok(session)
    }

    fn revoke_key(&self, _: &Organization, key: &Key) -> Answer {
        told(self.speaker().post_empty(&format!("{KEYS}/{}/revoke", key.id)), 200).map(drop)
    }
}
