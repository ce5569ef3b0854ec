//! What is measured, as one table.

mod lists;
mod tokens;
mod writes;

use std::fmt::Write as _;

use crate::access::Site;
use crate::request::Prepared;
use crate::runtimes::Runtime;

/// Makes the requests of a scenario, sent in turn.
pub type Requests = fn(&Site<'_>) -> Vec<Prepared>;

/// Something to measure.
#[derive(Debug)]
pub struct Scenario {
    /// Its name in options and tables.
    pub name: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    /// How it is measured.
    pub kind: Kind,
    /// Whether it leaves the database as it is: latency of these is compared over sizes.
    pub reads: bool,
}

/// How a scenario is measured.
#[derive(Debug)]
pub enum Kind {
    /// The smallest component, on its own server.
    Floor,
    /// Requests in a closed loop; with `connections`, at these numbers and not at those asked for.
    Load {
        /// The requests.
        requests: Requests,
        /// Numbers of connections.
        connections: Option<&'static [u32]>,
    },
    /// In a way of its own.
    Special(Special),
}

/// Ways of measuring that are no closed loop of one kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Special {
    /// Logins beside reads.
    LoginBesideMe,
    /// From the start of the process.
    ColdStart,
    /// From a pause.
    IdleComponent,
    /// Times that the host tells.
    InstanceStart,
    /// Memory after everything.
    Memory,
    /// More than can be done.
    Overload,
}

impl Scenario {
    /// The requests, where it is a load on the service.
    pub fn requests(&self) -> Option<Requests> {
        match self.kind {
            Kind::Load { requests, .. } => Some(requests),
            Kind::Floor | Kind::Special(_) => None,
        }
    }

    /// Numbers of connections, where it has its own.
    pub fn connections(&self) -> Option<&'static [u32]> {
        match self.kind {
            Kind::Load { connections, .. } => connections,
            Kind::Floor | Kind::Special(_) => None,
        }
    }

    /// Whether `runtime` can be measured so.
    pub fn suits(&self, runtime: Runtime) -> bool {
        match self.kind {
            Kind::Floor => runtime == Runtime::Hello,
            Kind::Load { .. } | Kind::Special(Special::LoginBesideMe | Special::Memory | Special::Overload) => {
                runtime.has_state()
            }
            Kind::Special(Special::InstanceStart) => runtime == Runtime::Wasm,
            Kind::Special(Special::ColdStart | Special::IdleComponent) => true,
        }
    }
}

const fn read(name: &'static str, about: &'static str, requests: Requests) -> Scenario {
    Scenario { name, about, kind: Kind::Load { requests, connections: None }, reads: true }
}

const fn write(name: &'static str, about: &'static str, requests: Requests) -> Scenario {
    Scenario { name, about, kind: Kind::Load { requests, connections: None }, reads: false }
}

const fn special(name: &'static str, about: &'static str, kind: Special) -> Scenario {
    Scenario { name, about, kind: Kind::Special(kind), reads: false }
}

/// The request by which special scenarios see whether the service answers: `me-jwt`.
pub const ME: Requests = tokens::me_jwt;
/// The request that costs most: `login`.
pub const LOGIN: Requests = writes::login;

/// All of them, in the order in which they are measured: those that only read come first.
pub const ALL: &[Scenario] = &[
    Scenario { name: "hello", about: "GET / of the smallest component: the floor", kind: Kind::Floor, reads: true },
    read("token-client-credentials", "POST /oauth/v2/token by client secret, answered by a JWT", tokens::by_secret),
    read("token-jwt-assertion", "POST /oauth/v2/token by an RS256 assertion (RFC 7523)", tokens::by_assertion),
    read("me-jwt", "GET /iam/v1/users/me/ with the JWT of a person", tokens::me_jwt),
    read("me-opaque", "the same with an opaque API token of a service account", tokens::me_opaque),
    read("me-service-account-key", "the same with the JWT that a service account's key was traded for", tokens::me_key),
    read(
        "api-key-verification",
        "POST /oauth/v2/introspect of an opaque API token: whose it is, and whether it is good",
        tokens::api_key,
    ),
    read(
        "api-key-login",
        "POST /auth/api/login: an IDAH API key is verified, and an ES256 token made",
        tokens::api_key_login,
    ),
    read("introspection", "POST /oauth/v2/introspect of a person's JWT", tokens::introspection),
    read("idah-me", "GET /accounts/{own id} of IDAH, by bearer and by cookie in turn", tokens::idah_me),
    read("members-20-of-50", "Logto: first page of 20 of 50 members with their roles", lists::members_of_fifty),
    read("members-20-of-50-filtered", "the same with a search that 42 of them match", lists::members_of_fifty_filtered),
    read("members-20-of-10000", "Logto: first page of 20 of 10,000 members", lists::members_of_largest),
    read("members-20-of-10000-filtered", "the same with a search", lists::members_of_largest_filtered),
    read("eazyrent-members-50", "EazyRent: all of 50 members", lists::eazyrent_members),
    read("idah-accounts-20", "IDAH: first page of 20 of all accounts, newest first", lists::accounts),
    read("idah-accounts-20-filtered", "the same, those with a certain name", lists::accounts_filtered),
    read("organizations-20", "Logto: first page of 20 of all organizations", lists::organizations),
    write("role-replace", "Logto: PUT of a member's roles, another one each time", writes::role_replace),
    write("read-write-95-5", "19 reads (me-jwt, members-20-of-50) to one role-replace", writes::mix),
    write("member-add", "EazyRent: POST /iam/v1/team/members/, an invitation with its mail", writes::member_add),
    write("organization-create", "Logto: POST /api/organizations", writes::organization_create),
    Scenario {
        name: "login",
        about: "POST /oauth/v2/token by password (Argon2id, 19 MiB), 2 connections, 64 people in turn",
        kind: Kind::Load { requests: writes::login, connections: Some(&[2, 4]) },
        reads: false,
    },
    special(
        "login-beside-me",
        "me-jwt at 16 connections, alone and while 8 connections log in",
        Special::LoginBesideMe,
    ),
    special("cold-start", "from the start of the process to the first answer; median of 9", Special::ColdStart),
    special(
        "idle-component",
        "first request after a pause of 1.5 s, and the next one; median of 15",
        Special::IdleComponent,
    ),
    special("instance-start", "time to make an instance of a component, as the host tells", Special::InstanceStart),
    special("memory", "what one server holds after 2 s of every load above in turn", Special::Memory),
    special("overload", "ten times as many logins as can be done, me-jwt meanwhile", Special::Overload),
];

/// The scenarios and what they are.
pub fn list() -> String {
    let mut text = String::new();
    for Scenario { name, about, .. } in ALL {
        let _ = writeln!(text, "{name:30} {about}");
    }
    text
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
