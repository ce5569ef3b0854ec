//! What is written through one API as all of them show it, and sent back to each as it was shown.

use iam_tests::server::{ADMIN_EMAIL, ADMIN_PASSWORD};
use iam_tests::{Client, Response, Server};
use serde_json::{Map, Value, json};

use super::contracts::{self, Faults, short};
use crate::wire::tenant::unique_email;

const DOCUMENT: &str = "application/vnd.api+json";

/// Somebody who may do everything in each API, and an organization.
pub struct Writers<'a> {
    server: &'a Server,
    /// `EazyRent`, acting for the organization.
    pub eazyrent: Client,
    pub logto: Client,
    pub idah: Client,
    pub organization: String,
}

/// APIs to write through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    EazyRent,
    Idah,
    Logto,
}

impl Api {
    pub const ALL: [Self; 3] = [Self::EazyRent, Self::Idah, Self::Logto];
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    User,
    Organization,
}

/// One thing as each API shows it, alone and in a list.
struct Shown {
    eazyrent: [Value; 2],
    idah: [Value; 2],
    logto: [Value; 2],
}

impl Shown {
    /// What is shown otherwise now, but for the moment of the last change.
    fn changes<'a>(&'a self, now: &'a Self) -> impl Iterator<Item = String> + 'a {
        let pairs = [
            ("eazyrent", &self.eazyrent, &now.eazyrent),
            ("idah", &self.idah, &now.idah),
            ("logto", &self.logto, &now.logto),
        ];
        let views = pairs.into_iter().flat_map(|(name, before, now)| {
            let views = before.iter().zip(now);
            views.map(move |(before, now)| (name, fields(before), fields(now)))
        });
        views.flat_map(|(name, before, now)| {
            let keys = before.keys().chain(now.keys().filter(|key| !before.contains_key(*key)));
            let keys = keys.filter(|key| !matches!(key.as_str(), "updated_at" | "updatedAt"));
            let is_other = keys.filter(|key| before.get(*key) != now.get(*key));
            let told = |key: &String| {
                let [before, now] = [before, now].map(|view| short(&format!("{:?}", view.get(key))));
                format!("{name} {key} {before} is {now}")
            };
            is_other.map(told).collect::<Vec<_>>()
        })
    }
}

/// What a document says: its attributes, or itself.
fn fields(document: &Value) -> &Map<String, Value> {
    document.get("attributes").unwrap_or(document).as_object().unwrap_or_else(|| panic!("no object: {document}"))
}

fn id(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no id: {value}")).to_owned()
}

fn send(client: &Client, method: &str, path: &str, body: &Value) -> Response {
    client.send(method, path, Some("application/json"), body.to_string().as_bytes())
}

fn document(client: &Client, method: &str, path: &str, kind: &str, attributes: &Value) -> Response {
    let document = json!({ "data": { "type": kind, "attributes": attributes } });
    client.send(method, path, Some(DOCUMENT), document.to_string().as_bytes())
}

/// Some keys of an object.
fn pick(value: &Value, keys: &[&str]) -> Value {
    keys.iter().map(|key| ((*key).to_owned(), value[*key].clone())).collect::<Map<_, _>>().into()
}

/// The one of a list with an id.
#[track_caller]
fn among(list: &Value, id: &str) -> Value {
    let items = list.as_array().unwrap_or_else(|| panic!("no list: {list}"));
    items.iter().find(|item| item["id"] == id).unwrap_or_else(|| panic!("{id} is not in the list")).clone()
}

impl<'a> Writers<'a> {
    pub fn new(server: &'a Server) -> Self {
        let logto = server.manager();
        let made = logto.post("/api/organizations", &json!({ "name": "Limits" })).expect(201).json();
        let organization = id(&made["id"]);
        let login = json!({ "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD });
        let token = server.client().post("/auth/login", &login).expect(200).json()["meta"]["token"].clone();
        let eazyrent = server.client().bearer(&server.bootstrap_token()).acting(&organization);
        Self { server, eazyrent, logto, idah: server.client().bearer(&id(&token)), organization }
    }

    /// Writes these fields through an API, and reads and writes them back through all. A refusal by the writer is fine
    /// unless it is `legal`. What is wrong is told in words.
    #[track_caller]
    pub fn try_out(&self, api: Api, noun: Noun, fields: &Value, legal: bool) -> Faults {
        let answer = match noun {
            Noun::User => self.write_user(api, fields),
            Noun::Organization => self.write_organization(api, fields),
        };
        let told = |fault: String| format!("{api:?} {noun:?} {}: {fault}", short(&fields.to_string()));
        let id = match answer {
            Ok(id) => id,
            Err(answer) if !legal && matches!(answer.status, 400 | 422) => return Vec::new(),
            Err(answer) => return vec![told(format!("refused with {}: {}", answer.status, short(&answer.body)))],
        };
        let mut faults = match noun {
            Noun::User => self.check_user(&id),
            Noun::Organization => self.check_organization(&id),
        };
        faults.extend(self.send_back(noun, &id));
        faults.into_iter().map(told).collect()
    }

    fn write_user(&self, api: Api, fields: &Value) -> Result<String, Response> {
        let mut body = fields.clone();
        let email = || json!(unique_email("limits"));
        match api {
            Api::EazyRent => {
                // A telephone number comes by a change.
                let phone = body.as_object_mut().unwrap().remove("phone");
                let usual = json!({ "first_name": "Ada", "last_name": "Lovelace", "email": email() });
                let mut new = usual.as_object().unwrap().clone();
                new.extend(body.as_object().unwrap().clone());
                let answer = self.eazyrent.post("/iam/v1/team/members/", &new.into());
                let id = made(answer, 201, |body| &body["id"])?;
                if let Some(phone) = phone {
                    let path = format!("/iam/v1/team/members/{id}/");
                    made(send(&self.eazyrent, "PATCH", &path, &json!({ "phone": phone })), 200, |body| &body["id"])?;
                }
                Ok(id)
            }
            Api::Idah => {
                body["role_scope"] = json!({ "org": [self.organization] });
                if body.get("email").is_none() {
                    body["email"] = email();
                }
                let answer = document(&self.idah, "POST", "/accounts", "iam:accounts", &body);
                made(answer, 201, |body| &body["data"]["id"])
            }
            Api::Logto => {
                let id = made(self.logto.post("/api/users", &body), 200, |body| &body["id"])?;
                let path = format!("/api/organizations/{}/users", self.organization);
                self.logto.post(&path, &json!({ "userIds": [id] })).expect(201);
                Ok(id)
            }
        }
    }

    fn write_organization(&self, api: Api, fields: &Value) -> Result<String, Response> {
        match api {
            Api::EazyRent => {
                let answer = self.eazyrent.post("/iam/v1/organizations/accounts/", fields);
                made(answer, 200, |body| &body["id"])
            }
            Api::Idah => {
                let answer = document(&self.idah, "POST", "/organizations", "iam:organizations", fields);
                made(answer, 201, |body| &body["data"]["id"])
            }
            Api::Logto => made(self.logto.post("/api/organizations", fields), 201, |body| &body["id"]),
        }
    }

    fn user(&self, id: &str) -> Shown {
        let read = |client: &Client, path: &str| client.get(path).expect(200).json();
        let members = read(&self.eazyrent, "/iam/v1/team/members/");
        let found = format!("/api/organizations/{}/users?q={id}", self.organization);
        Shown {
            eazyrent: [read(&self.eazyrent, &format!("/iam/v1/team/members/{id}/")), among(&members, id)],
            idah: [
                read(&self.idah, &format!("/accounts/{id}"))["data"].clone(),
                among(&read(&self.idah, &format!("/accounts?filter[id]={id}"))["data"], id),
            ],
            logto: [read(&self.logto, &format!("/api/users/{id}")), among(&read(&self.logto, &found), id)],
        }
    }

    fn check_user(&self, id: &str) -> Faults {
        let shown = self.user(id);
        let eazyrent = shown.eazyrent.iter().flat_map(contracts::eazyrent_user);
        let idah = shown.idah.iter().flat_map(contracts::idah_account);
        let logto = shown.logto.iter().flat_map(contracts::logto_user);
        once(eazyrent.chain(idah).chain(logto))
    }

    /// A client of a machine at home in an organization, since an organization is changed from there alone.
    fn at_home(&self, organization: &str) -> Client {
        let operator = self.server.client().bearer(&self.server.bootstrap_token()).acting(organization);
        let machine = id(&operator.post_empty("/iam/v1/service-accounts/").expect(201).json()["id"]);
        let grants = format!("/iam/v1/user-grants/{machine}/authorizations/");
        send(&operator, "PUT", &grants, &json!({ "grants": ["org:admin"] })).expect(200);
        let secret = operator.post_empty(&format!("/iam/v1/service-accounts/{machine}/secrets/")).expect(201).json();
        self.server.client().bearer(&self.server.token(&machine, &id(&secret["secret"])))
    }

    fn organization(&self, home: &Client, id: &str) -> Shown {
        let read = |client: &Client, path: &str| client.get(path).expect(200).json();
        let machines = read(home, "/iam/v1/service-accounts/");
        Shown {
            eazyrent: [read(home, "/iam/v1/organizations/me/"), machines[0]["organization"].clone()],
            idah: [
                read(&self.idah, &format!("/organizations/{id}"))["data"].clone(),
                among(&read(&self.idah, &format!("/organizations?filter[id]={id}"))["data"], id),
            ],
            logto: [
                read(&self.logto, &format!("/api/organizations/{id}")),
                among(&read(&self.logto, &format!("/api/organizations?q={id}")), id),
            ],
        }
    }

    fn check_organization(&self, id: &str) -> Faults {
        let shown = self.organization(&self.at_home(id), id);
        let eazyrent = shown.eazyrent.iter().flat_map(contracts::eazyrent_organization);
        let idah = shown.idah.iter().flat_map(contracts::idah_organization);
        let logto = shown.logto.iter().flat_map(contracts::logto_organization);
        once(eazyrent.chain(idah).chain(logto))
    }

    /// Sends back to each API what it showed, as a form does in which nothing was changed: taken, and nothing is.
    fn send_back(&self, noun: Noun, id: &str) -> Faults {
        let home = (noun == Noun::Organization).then(|| self.at_home(id));
        let look = || match &home {
            Some(home) => self.organization(home, id),
            None => self.user(id),
        };
        let before = look();
        let mut faults = Vec::new();
        for api in Api::ALL {
            let answer = match &home {
                Some(home) => self.send_organization_back(api, home, id, &before),
                None => self.send_user_back(api, id, &before),
            };
            if answer.status != 200 {
                faults.push(format!("{api:?} refuses what it showed: {} {}", answer.status, short(&answer.body)));
            }
            let now = look();
            let changes = once(before.changes(&now)).into_iter();
            faults.extend(changes.map(|change| format!("{api:?} was sent what it showed: {change}")));
        }
        faults
    }

    fn send_user_back(&self, api: Api, id: &str, shown: &Shown) -> Response {
        match api {
            Api::EazyRent => {
                let mut body = pick(&shown.eazyrent[0], &["user_type", "first_name", "last_name", "email", "phone"]);
                // Null would clear the login, which the contract does not allow; a client leaves it out.
                if body["email"].is_null() {
                    body.as_object_mut().unwrap().remove("email");
                }
                send(&self.eazyrent, "PATCH", &format!("/iam/v1/team/members/{id}/"), &body)
            }
            Api::Idah => {
                let attributes = &shown.idah[0]["attributes"];
                document(&self.idah, "PATCH", &format!("/accounts/{id}"), "iam:accounts", attributes)
            }
            Api::Logto => {
                let keys = ["username", "primaryEmail", "primaryPhone", "name", "avatar", "customData", "profile"];
                let body = pick(&shown.logto[0], &keys);
                send(&self.logto, "PATCH", &format!("/api/users/{id}"), &body)
            }
        }
    }

    fn send_organization_back(&self, api: Api, home: &Client, id: &str, shown: &Shown) -> Response {
        match api {
            Api::EazyRent => {
                let body = pick(&shown.eazyrent[0], &["name", "registration_number", "address"]);
                send(home, "PATCH", "/iam/v1/organizations/me/", &body)
            }
            Api::Idah => {
                let attributes = &shown.idah[0]["attributes"];
                document(&self.idah, "PATCH", &format!("/organizations/{id}"), "iam:organizations", attributes)
            }
            Api::Logto => {
                let keys = ["name", "description", "customData", "isMfaRequired", "color", "branding", "customCss"];
                let body = pick(&shown.logto[0], &keys);
                send(&self.logto, "PATCH", &format!("/api/organizations/{id}"), &body)
            }
        }
    }
}

/// The id in an answer with the status of success.
fn made(answer: Response, status: u16, id_in: impl Fn(&Value) -> &Value) -> Result<String, Response> {
    if answer.status == status { Ok(id(id_in(&answer.json()))) } else { Err(answer) }
}

/// Each fault once: what is shown alone is shown in the list.
fn once(faults: impl Iterator<Item = String>) -> Faults {
    let mut faults: Faults = faults.collect();
    faults.sort();
    faults.dedup();
    faults
}
