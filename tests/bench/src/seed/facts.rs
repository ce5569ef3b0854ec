//! What is known of a directory: enough to make requests that find something.

use serde::{Deserialize, Serialize};

/// Ids and secrets of a directory. The secrets are worth nothing outside it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Facts {
    /// All people.
    pub people: u32,
    /// All organizations.
    pub organizations: u32,
    /// Password of all who can log in.
    pub password: String,
    /// Who can log in. The first is the administrator of `fifty`, the second one of an ordinary organization.
    pub logins: Vec<Person>,
    /// An organization with exactly 50 members.
    pub fifty: i64,
    /// Some of its members.
    pub members_of_fifty: Vec<i64>,
    /// An organization with exactly as many members as `Size::largest` says, usually 10,000.
    pub largest: i64,
    /// Ids of two organization roles of the Logto API.
    pub roles: [i64; 2],
    /// Service accounts of the EazyRent API, each in the home of one who can log in, from the second on.
    pub services: Vec<Machine>,
    /// Opaque tokens of the same service accounts.
    pub api_tokens: Vec<String>,
    /// Key file of the first service account, as the published client reads it.
    pub key: KeyFile,
    /// An application with the scope `all` of the Logto management API.
    pub manager: Machine,
    /// Keys of the IDAH API.
    pub account_keys: Vec<String>,
}

/// Somebody who can log in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Person {
    /// Id.
    pub id: i64,
    /// E-mail address.
    pub email: String,
}

/// A machine client.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Machine {
    /// Id.
    pub id: String,
    /// Secret for `client_credentials`.
    pub secret: String,
}

/// A private key and whose it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyFile {
    /// Id of the key.
    pub key_id: String,
    /// PKCS#1 PEM.
    pub key: String,
    /// Id of the service account.
    pub user_id: String,
}
