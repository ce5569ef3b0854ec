//! `EazyRent` IAM API v1 (contracts/eazyrent.md).
//!
//! The platform's operator speaks, and acts for the organization that a verb names. What an organization does for itself
//! alone, such as changing its name, is done by a machine of its own that has the role `org:admin`.

use std::cell::RefCell;
use std::collections::BTreeMap;

use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use super::{list, mailed_code, send, take, text};
use crate::scenarios::dialect::{
    Answer, Dialect, Invitation, Key, NewUser, Organization, PASSWORD, Seen, Session, User, Verb, Why,
};
use crate::wire::tenant::unique_email;
use crate::wire::{jwt, shape};

const MEMBERS: &str = "/iam/v1/team/members/";
const MACHINES: &str = "/iam/v1/service-accounts/";
const ME: &str = "/iam/v1/users/me/";
const OUR_ORGANIZATION: &str = "/iam/v1/organizations/me/";
const ACCOUNTS: &str = "/iam/v1/organizations/accounts/";
const TOKEN: &str = "/oauth/v2/token";

/// Role of whoever administers an organization.
const ADMINISTRATOR: &str = "org:admin";

const KEY_PAIR: &str = "key pair";
const SECRET: &str = "client secret";
const API_KEY: &str = "API key";

/// Spoken by the operator.
pub fn client(server: &Server) -> EazyRent<'_> {
    let operator = server.client().bearer(&server.bootstrap_token());
    EazyRent { server, speaker: operator, administrators: RefCell::default() }
}

pub struct EazyRent<'a> {
    server: &'a Server,
    speaker: Client,
    /// Machines that administer their organization, by its id.
    administrators: RefCell<BTreeMap<String, Client>>,
}

/// The answer, or the refusal by `detail`, which is a text or a list of faults.
#[track_caller]
fn told(answer: Response, status: u16) -> Answer<Response> {
    take(answer, status, |answer| match answer.status {
        422 => shape::faults(answer).into_iter().map(|(_, kind)| kind).collect::<Vec<_>>().join(" "),
        _ => shape::detail(answer),
    })
}

fn member(user: &User) -> String {
    format!("{MEMBERS}{}/", user.id)
}

fn grants(user: &str) -> String {
    format!("/iam/v1/user-grants/{user}/authorizations/")
}

/// Where the keys of a kind are.
fn keys(machine: &str, kind: &str) -> String {
    let folder = match kind {
        KEY_PAIR => "keys",
        SECRET => "secrets",
        API_KEY => "api-keys",
        other => panic!("no kind of key: {other}"),
    };
    format!("{MACHINES}{machine}/{folder}/")
}

fn seen(user: &Value) -> Seen {
    let names = ["first_name", "last_name"].map(|key| user[key].as_str().unwrap_or_default());
    let state = text(&user["state"]);
    Seen {
        id: text(&user["id"]),
        email: user["email"].as_str().unwrap_or_default().to_owned(),
        name: names.join(" ").trim().to_owned(),
        is_stopped: matches!(state.as_str(), "USER_STATE_LOCKED" | "USER_STATE_INACTIVE"),
    }
}

impl EazyRent<'_> {
    /// The speaker, acting for an organization.
    fn at(&self, organization: &Organization) -> Client {
        self.speaker.acting(&organization.id)
    }

    /// The machine that administers an organization.
    fn administrator_of(&self, organization: &Organization) -> Client {
        let known = self.administrators.borrow().get(&organization.id).cloned();
        known.unwrap_or_else(|| {
            let operator = self.at(organization);
            let id = text(&operator.post_empty(MACHINES).expect(201).json()["id"]);
            send(&operator, "PUT", &grants(&id), &json!({ "grants": [ADMINISTRATOR] })).expect(200);
            let secret = operator.post_empty(&keys(&id, SECRET)).expect(201).json();
            let client = self.server.client().bearer(&self.server.token(&id, &text(&secret["secret"])));
            self.administrators.borrow_mut().insert(organization.id.clone(), client.clone());
            client
        })
    }

    /// A code from a mail, with the password that is to be set by it.
    fn set_password(&self, path: &str, email: &str) -> Answer<Response> {
        let code = mailed_code(self.server, email);
        let body = json!({ "code": code, "new_password": PASSWORD, "new_password_confirmation": PASSWORD });
        told(self.server.client().post(path, &body), 200)
    }

    fn change_state(&self, organization: &Organization, user: &User, verb: &str) -> Answer {
        told(self.at(organization).post_empty(&format!("{}{verb}/", member(user))), 200).map(drop)
    }

    fn set_roles(&self, organization: &Organization, user: &User, roles: &[String]) -> Answer {
        let body = json!({ "grants": roles });
        told(send(&self.at(organization), "PUT", &grants(&user.id), &body), 200).map(drop)
    }

    /// Asks for a token.
    fn token(&self, form: &[(&str, &str)]) -> Answer<Client> {
        let answer = take(self.server.client().form(TOKEN, form), 200, shape::oauth_error)?;
        Ok(self.server.client().bearer(&text(&answer.json()["access_token"])))
    }
}

fn session(client: Client) -> Session {
    Session { client, probe: ME.to_owned() }
}

impl Dialect for EazyRent<'_> {
    fn name(&self) -> &'static str {
        "eazyrent"
    }

    fn lacks(&self) -> &'static [Verb] {
        &[Verb::DeleteOrganization, Verb::GuestMachines]
    }

    fn statuses(&self, why: Why) -> &'static [u16] {
        match why {
            Why::Unknown => &[404],
            Why::Unauthenticated => &[401],
            // At the token endpoint: `invalid_grant`, `invalid_client`. An API key is sent with each request.
            Why::WrongLogin => &[400, 401],
            Why::LastAdministrator => &[409],
            Why::Forbidden => &[403],
        }
    }

    fn administrator<'a>(&'a self, organization: &Organization) -> Box<dyn Dialect + 'a> {
        let speaker = self.administrator_of(organization);
        let administrators = RefCell::new(BTreeMap::from([(organization.id.clone(), speaker.clone())]));
        Box::new(EazyRent { server: self.server, speaker, administrators })
    }

    /// Below the operator's own organization, cut loose, and given somebody to administer it: what a registration makes, of
    /// which an address has a hundred an hour.
    fn make_organization(&self, name: &str) -> Answer<Organization> {
        let made = told(self.speaker.post(ACCOUNTS, &json!({ "name": name })), 200)?.json();
        let organization = Organization { id: text(&made["id"]) };
        told(self.speaker.delete(&format!("{ACCOUNTS}{}/", organization.id)), 204)?;
        let founder = NewUser { email: unique_email("founder"), name: "First Administrator" };
        let founder = (self as &dyn Dialect).let_in(&organization, &founder)?;
        assert_eq!(self.roles(&organization, &founder)?, [ADMINISTRATOR]);
        Ok(organization)
    }

    fn organization_name(&self, organization: &Organization) -> Answer<String> {
        let ours = told(self.administrator_of(organization).get(OUR_ORGANIZATION), 200)?.json();
        Ok(text(&ours["name"]))
    }

    fn rename_organization(&self, organization: &Organization, name: &str) -> Answer {
        let administrator = self.administrator_of(organization);
        told(send(&administrator, "PATCH", OUR_ORGANIZATION, &json!({ "name": name })), 200).map(drop)
    }

    fn make_child(&self, parent: &Organization, name: &str) -> Answer<Organization> {
        let made = told(self.at(parent).post(ACCOUNTS, &json!({ "name": name })), 200)?.json();
        assert_eq!(made["organization"]["id"], parent.id, "{made}");
        Ok(Organization { id: text(&made["id"]) })
    }

    fn children(&self, parent: &Organization) -> Answer<Vec<String>> {
        let children = told(self.administrator_of(parent).get(ACCOUNTS), 200)?.json();
        Ok(list(&children).iter().map(|child| text(&child["id"])).collect())
    }

    fn unlink(&self, parent: &Organization, child: &Organization) -> Answer {
        told(self.at(parent).delete(&format!("{ACCOUNTS}{}/", child.id)), 204).map(drop)
    }

    fn make_user(&self, organization: &Organization, new: &NewUser) -> Answer<User> {
        let (first, last) = new.name.split_once(' ').expect("two names");
        let body = json!({ "first_name": first, "last_name": last, "email": new.email });
        let made = told(self.at(organization).post(MEMBERS, &body), 201)?.json();
        assert_eq!(made["state"], "USER_STATE_INITIAL");
        Ok(User { id: text(&made["id"]), email: new.email.clone() })
    }

    /// A member who is made is invited.
    fn invite(&self, organization: &Organization, new: &NewUser) -> Answer<Invitation> {
        let user = self.make_user(organization, new)?;
        Ok(Invitation { user: new.clone(), id: user.id })
    }

    fn accept(&self, invitation: &Invitation) -> Answer<User> {
        let user = self.set_password("/iam/v1/users/activate/", &invitation.user.email)?.json();
        assert_eq!((text(&user["id"]), &user["state"]), (invitation.id.clone(), &json!("USER_STATE_ACTIVE")));
        Ok(User { id: invitation.id.clone(), email: invitation.user.email.clone() })
    }

    fn user(&self, organization: &Organization, user: &User) -> Answer<Seen> {
        Ok(seen(&told(self.at(organization).get(&member(user)), 200)?.json()))
    }

    fn members(&self, organization: &Organization) -> Answer<Vec<Seen>> {
        let members = told(self.at(organization).get(MEMBERS), 200)?.json();
        Ok(list(&members).iter().map(seen).collect())
    }

    fn rename(&self, organization: &Organization, user: &User, first: &str, last: &str) -> Answer {
        let body = json!({ "user_type": "Human", "first_name": first, "last_name": last });
        told(send(&self.at(organization), "PATCH", &member(user), &body), 200).map(drop)
    }

    fn lock(&self, organization: &Organization, user: &User) -> Answer {
        self.change_state(organization, user, "lock")
    }

    fn unlock(&self, organization: &Organization, user: &User) -> Answer {
        self.change_state(organization, user, "unlock")
    }

    fn remove(&self, organization: &Organization, user: &User) -> Answer {
        told(self.at(organization).delete(&member(user)), 204).map(drop)
    }

    /// An organization deletes who is at home there; others delete themselves, after setting a password as somebody does
    /// who has forgotten it or never had one.
    fn delete(&self, organization: &Organization, user: &User) -> Answer {
        let shown = told(self.at(organization).get(&member(user)), 200)?.json();
        if shown["organization"]["id"] == organization.id {
            return self.remove(organization, user);
        }
        let client = self.server.client();
        told(client.post("/iam/v1/users/password/forgot/", &json!({ "email": user.email })), 202)?;
        self.set_password("/iam/v1/users/activate/", &user.email)?;
        told(self.log_in(user)?.client.delete(ME), 410).map(drop)
    }

    fn some_role(&self) -> Answer<String> {
        Ok("org:staff".to_owned())
    }

    fn give_role(&self, organization: &Organization, user: &User, role: &str) -> Answer {
        let mut roles = self.roles(organization, user)?;
        roles.push(role.to_owned());
        self.set_roles(organization, user, &roles)
    }

    fn take_role(&self, organization: &Organization, user: &User, role: &str) -> Answer {
        let mut roles = self.roles(organization, user)?;
        roles.retain(|held| held != role);
        self.set_roles(organization, user, &roles)
    }

    fn roles(&self, organization: &Organization, user: &User) -> Answer<Vec<String>> {
        let held = told(self.at(organization).get(&grants(&user.id)), 200)?.json();
        Ok(list(&held).iter().map(text).collect())
    }

    fn administrators(&self, organization: &Organization) -> Answer<Vec<User>> {
        let mut found = Vec::new();
        for seen in self.members(organization)? {
            let user = User { id: seen.id, email: seen.email };
            if self.roles(organization, &user)?.iter().any(|role| role == ADMINISTRATOR) {
                found.push(user);
            }
        }
        Ok(found)
    }

    fn make_administrator(&self, organization: &Organization, new: &NewUser) -> Answer<User> {
        let user = (self as &dyn Dialect).let_in(organization, new)?;
        let mut roles = self.roles(organization, &user)?;
        roles.push(ADMINISTRATOR.to_owned());
        self.set_roles(organization, &user, &roles)?;
        Ok(user)
    }

    fn ways_out(&self) -> &'static [&'static str] {
        &["remove", "take the role", "lock", "deactivate", "delete oneself"]
    }

    fn put_out(&self, way: &str, organization: &Organization, user: &User) -> Answer {
        match way {
            "remove" => self.remove(organization, user),
            "take the role" => self.take_role(organization, user, ADMINISTRATOR),
            "lock" => self.lock(organization, user),
            "deactivate" => self.change_state(organization, user, "deactivate"),
            _ => told(self.log_in(user)?.client.delete(ME), 410).map(drop),
        }
    }

    fn log_in(&self, user: &User) -> Answer<Session> {
        self.token(&[("grant_type", "password"), ("username", &user.email), ("password", PASSWORD)]).map(session)
    }

    /// The organization where somebody is at home.
    fn sees(&self, session: &Session, organization: &Organization) -> Answer<bool> {
        let me = told(session.client.get(ME), 200)?.json();
        Ok(me["organization"]["id"] == organization.id)
    }

    fn act(&self, session: &Session) -> Answer {
        told(session.client.get(&session.probe), 200).map(drop)
    }

    fn machine(&self, organization: &Organization) -> Answer<String> {
        Ok(text(&told(self.at(organization).post_empty(MACHINES), 201)?.json()["id"]))
    }

    fn machines(&self, organization: &Organization) -> Answer<Vec<String>> {
        let machines = told(self.at(organization).get(MACHINES), 200)?.json();
        Ok(list(&machines).iter().map(|machine| text(&machine["id"])).collect())
    }

    fn delete_machine(&self, organization: &Organization, machine: &str) -> Answer {
        told(self.at(organization).delete(&format!("{MACHINES}{machine}/")), 204).map(drop)
    }

    fn key_kinds(&self) -> &'static [&'static str] {
        &[KEY_PAIR, SECRET, API_KEY]
    }

    fn make_key(&self, organization: &Organization, machine: &str, kind: &'static str) -> Answer<Key> {
        let made = told(self.at(organization).post_empty(&keys(machine, kind)), 201)?.json();
        let (id, secret) = if kind == KEY_PAIR { ("keyId", "key") } else { ("id", "secret") };
        Ok(Key { id: text(&made[id]), machine: machine.to_owned(), kind, secret: text(&made[secret]) })
    }

    fn authenticate(&self, _: &Organization, key: &Key) -> Answer<Session> {
        let client = match key.kind {
            KEY_PAIR => {
                let claims = jwt::assertion_claims(self.server, &key.machine);
                let assertion = jwt::sign(&key.secret, &key.id, &claims);
                let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
                self.token(&[("grant_type", grant), ("assertion", &assertion)])?
            }
            SECRET => self.token(&[
                ("grant_type", "client_credentials"),
                ("client_id", &key.machine),
                ("client_secret", &key.secret),
            ])?,
            _ => self.server.client().with("authorization", &format!("Token {}", key.secret)),
        };
        let session = session(client);
        self.act(&session)?;
        Ok(session)
    }

    fn revoke_key(&self, organization: &Organization, key: &Key) -> Answer {
        told(self.at(organization).delete(&format!("{}{}/", keys(&key.machine, key.kind), key.id)), 204).map(drop)
    }
}
