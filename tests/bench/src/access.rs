//! Tokens for the requests of a scenario, fetched once from each server and kept for later scenarios on the same data.

use std::cell::OnceCell;

use iam_domain::clock::{Clock, SystemClock};
use iam_domain::crypto::{SigningAlgorithm, SigningKey};
use iam_tests::server::{ADMIN_EMAIL, ADMIN_PASSWORD, MANAGEMENT_RESOURCE};
use serde_json::json;

use crate::door::Door;
use crate::request::Prepared;
use crate::runtimes::ORIGIN;
use crate::seed::{Facts, Machine, Person};

/// Grant type of RFC 7523.
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// How many people's tokens the requests of one scenario use in turn.
const PEOPLE: usize = 16;

/// Tokens of one copy of a directory.
#[derive(Default)]
pub struct Access {
    people: OnceCell<Vec<String>>,
    service_key: OnceCell<String>,
    management: OnceCell<String>,
    accounts: OnceCell<Vec<String>>,
    admin: OnceCell<String>,
}

/// A server, its data, and the tokens for it.
pub struct Site<'a> {
    /// The server.
    pub door: &'a dyn Door,
    /// Its data.
    pub facts: &'a Facts,
    /// Its tokens.
    pub access: &'a Access,
}

impl Site<'_> {
    /// Access tokens of people for the EazyRent API, in the order of `Facts::logins`.
    pub fn people(&self) -> &[String] {
        self.access.people.get_or_init(|| {
            let people = self.facts.logins.iter().take(PEOPLE);
            people.map(|person| self.token(&password_grant(self.facts, person))).collect()
        })
    }

    /// Access token of a service account that proved itself by its key.
    pub fn service_key(&self) -> &str {
        self.access.service_key.get_or_init(|| self.token(&jwt_grant(self.facts, 0)))
    }

    /// Access token for the Logto management API.
    pub fn management(&self) -> &str {
        self.access.management.get_or_init(|| {
            let Machine { id, secret } = &self.facts.manager;
            let form = [
                ("grant_type", "client_credentials"),
                ("client_id", id),
                ("client_secret", secret),
                ("resource", MANAGEMENT_RESOURCE),
                ("scope", "all"),
            ];
            self.token(&Prepared::form("/oidc/token", &form))
        })
    }

    /// Tokens of accounts for the IDAH API, in the order of `Facts::logins`.
    pub fn accounts(&self) -> &[String] {
        self.access.accounts.get_or_init(|| {
            let people = self.facts.logins.iter().take(PEOPLE);
            people.map(|person| self.account(&person.email, &self.facts.password)).collect()
        })
    }

    /// Token of the administrator for the IDAH API.
    pub fn admin(&self) -> &str {
        self.access.admin.get_or_init(|| self.account(ADMIN_EMAIL, ADMIN_PASSWORD))
    }

    fn token(&self, request: &Prepared) -> String {
        let answer = self.door.send(request).expect(200).json();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    fn account(&self, email: &str, password: &str) -> String {
        let login = Prepared::json("POST", "/auth/login", &json!({ "email": email, "password": password }));
        let answer = self.door.send(&login).expect(200).json();
        answer["meta"]["token"].as_str().unwrap().to_owned()
    }
}

/// A login by password.
pub fn password_grant(facts: &Facts, person: &Person) -> Prepared {
    let form = [("grant_type", "password"), ("username", &*person.email), ("password", &*facts.password)];
    Prepared::form("/oauth/v2/token", &form).expecting(200, "\"access_token\"")
}

/// A token for the service account with the key file. The assertion is good for an hour, and may be used again.
pub fn jwt_grant(facts: &Facts, number: i64) -> Prepared {
    let file = &facts.key;
    let key = SigningKey::from_stored(SigningAlgorithm::Rs256, &file.key, Some(&file.key_id)).unwrap();
    // A second earlier each, so that they differ.
    let issued = SystemClock.now_seconds() - number;
    let claims =
        json!({ "iss": file.user_id, "sub": file.user_id, "aud": ORIGIN, "iat": issued, "exp": issued + 3600 });
    let assertion = key.sign("JWT", &claims).unwrap();
    let form = [("grant_type", JWT_BEARER), ("assertion", &*assertion)];
    Prepared::form("/oauth/v2/token", &form).expecting(200, "\"access_token\"")
}
