//! What most tests begin with: an organization and callers in it.

use iam_domain::crypto::secret::{Alphabet, random_text};
use iam_domain::rng::SystemRng;
use iam_tests::seed::Machine;
use iam_tests::{Client, Seed, Server};
use serde_json::{Value, json};

/// An organization with a machine that administers it.
pub struct Tenant {
    pub seed: Seed,
    pub organization: i64,
    /// Client of a machine with the role `org:admin`.
    pub admin: Client,
    pub machine: Machine,
}

impl Tenant {
    pub fn new(server: &Server, name: &str) -> Self {
        let seed = server.seed();
        let organization = seed.organization(name);
        let machine = seed.machine(organization, &["org:admin"]);
        let admin = client_of(server, &machine);
        Self { seed, organization, admin, machine }
    }

    /// `ListOrganization` of this organization, as long as nothing was changed in it.
    pub fn view(&self, name: &str) -> Value {
        organization(self.organization, name)
    }
}

/// A client with a token of `machine`.
pub fn client_of(server: &Server, machine: &Machine) -> Client {
    server.client().bearer(&server.token(&machine.id.to_string(), &machine.secret))
}

/// A client with a token of a new machine of `organization`.
pub fn caller(server: &Server, seed: &Seed, organization: i64, roles: &[&str]) -> Client {
    client_of(server, &seed.machine(organization, roles))
}

/// `ListOrganization` of an organization of which nothing but the name is set.
pub fn organization(id: i64, name: &str) -> Value {
    json!({
        "name": name,
        "organization_id": null,
        "insurance_id": null,
        "logo": null,
        "registration_number": null,
        "address": null,
        "account_type": "DEFAULT",
        "id": id.to_string(),
    })
}

/// A telephone number that no other test uses.
pub fn unique_phone() -> String {
    let digits = random_text(Alphabet::LowerDigits, 11, &SystemRng);
    digits.bytes().fold("+49".to_owned(), |text, byte| format!("{text}{}", byte % 10))
}

/// An address that no other test uses, on this or an earlier run.
pub fn unique_email(local: &str) -> String {
    format!("{local}.{}@example.org", random_text(Alphabet::LowerDigits, 12, &SystemRng))
}
