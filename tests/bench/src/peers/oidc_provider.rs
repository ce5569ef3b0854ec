//! oidc-provider: an OpenID provider for Node.js, with its data in memory.

use super::{Peer, Site};
use crate::door::Door;
use crate::request::Prepared;

/// Signs as it does by default among elliptic curves.
pub const ES256: Peer = Peer {
    name: "oidc-provider",
    folder: "oidc-provider",
    variables: &[("ALGORITHM", "ES256")],
    is_seeded: false,
    cases: &[("token-client-credentials", token), ("introspection", introspection)],
};

/// Signs as ours does by default. What it introspects is not signed, so that is not measured again.
pub const EDDSA: Peer = Peer {
    name: "oidc-provider EdDSA",
    variables: &[("ALGORITHM", "EdDSA")],
    cases: &[("token-client-credentials", token)],
    ..ES256
};

const ID: (&str, &str) = ("client_id", "load");
const SECRET: (&str, &str) = ("client_secret", "load-secret-load-secret-load-secret");
const GRANT: (&str, &str) = ("grant_type", "client_credentials");

fn token(_: &Site<'_>) -> Vec<Prepared> {
    let form = [GRANT, ID, SECRET, ("resource", "https://api.example.org"), ("scope", "read")];
    vec![Prepared::form("/token", &form).expecting(200, "\"access_token\":\"ey")]
}

fn introspection(site: &Site<'_>) -> Vec<Prepared> {
    let answer = Door::send(site.client, &Prepared::form("/token", &[GRANT, ID, SECRET])).expect(200).json();
    let token = answer["access_token"].as_str().unwrap_or_default();
    let form = [("token", token), ID, SECRET];
    vec![Prepared::form("/token/introspection", &form).expecting(200, "\"active\":true")]
}
