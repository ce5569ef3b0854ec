//! An organization that people are invited into, or join by the domain of their address.

use iam_domain::clock::{Clock, SystemClock};
use iam_domain::crypto::secret::{Alphabet, random_text};
use iam_domain::params;
use iam_domain::rng::SystemRng;
use iam_domain::store::Value as Sql;
use iam_tests::{Client, Response, Seed, Server};
use serde_json::{Value, json};

use crate::wire::logto::{code, manager};

pub const INVITATIONS: &str = "/api/organization-invitations";
pub const DAY: i64 = 24 * 60 * 60 * 1000;

/// An organization with nobody in it, and a client that may do everything.
pub struct Invited {
    pub seed: Seed,
    pub manager: Client,
    pub organization: i64,
}

pub fn now() -> i64 {
    SystemClock.now()
}

/// A text that no other test uses.
pub fn unique(stem: &str) -> String {
    format!("{stem}{}", random_text(Alphabet::LowerDigits, 12, &SystemRng))
}

/// The path of an invitation.
pub fn path(invitation: &Value) -> String {
    format!("{INVITATIONS}/{}", invitation["id"].as_str().unwrap())
}

impl Invited {
    pub fn new(server: &Server, name: &str) -> Self {
        let seed = server.seed();
        Self { organization: seed.organization(name), manager: manager(server), seed }
    }

    /// An organization role for principals of `kind`.
    pub fn role(&self, stem: &str, kind: &str) -> (i64, String) {
        let (id, name) = (self.seed.organization("only an id"), unique(stem));
        let sql = "INSERT INTO role (id, family, name, principal_kind, created_at, updated_at) \
                   VALUES (?1, 'template', ?2, ?3, 0, 0)";
        self.seed.run(sql, params![id, &name, kind]);
        (id, name)
    }

    /// An active person in another organization.
    pub fn person(&self, email: &str) -> i64 {
        self.seed.user(self.seed.organization("Elsewhere"), email, &[])
    }

    /// The least that an invitation needs, with these fields over it.
    pub fn body(&self, invitee: &str, fields: &Value) -> Value {
        let mut body = json!({
            "invitee": invitee, "organizationId": self.organization.to_string(), "expiresAt": now() + DAY,
        });
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        body
    }

    pub fn try_invite(&self, invitee: &str, fields: &Value) -> Response {
        self.manager.post(INVITATIONS, &self.body(invitee, fields))
    }

    #[track_caller]
    pub fn invite(&self, invitee: &str, fields: &Value) -> Value {
        self.try_invite(invitee, fields).expect(201).json()
    }

    /// Lets an invitation be overdue.
    pub fn let_end(&self, invitation: &Value) {
        let id: i64 = invitation["id"].as_str().unwrap().parse().unwrap();
        self.seed.run("UPDATE invitation SET expires_at = 1 WHERE id = ?1", params![id]);
    }

    /// The row of the membership of somebody here: its state; `None` without one.
    pub fn membership(&self, person: i64) -> Option<String> {
        let sql = "SELECT state FROM membership WHERE organization_id = ?1 AND principal_id = ?2";
        self.seed.texts(sql, params![self.organization, person]).pop()
    }

    /// Ids of the roles that somebody holds here, in order.
    pub fn held(&self, person: i64) -> Vec<i64> {
        let sql = "SELECT role_id FROM role_grant WHERE organization_id = ?1 AND principal_id = ?2 ORDER BY role_id";
        let rows = self.seed.run(sql, params![self.organization, person]);
        rows.iter().map(|row| row.integer(0).unwrap()).collect()
    }

    /// Every row about the organization.
    pub fn rows(&self) -> Vec<Vec<Sql>> {
        let of = |sql: &str| self.seed.run(sql, params![self.organization]).into_iter().map(|row| row.0);
        let mut rows = Vec::new();
        for table in
            ["membership", "role_grant", "invitation", "outbox", "organization_jit_domain", "organization_jit_role"]
        {
            rows.extend(of(&format!("SELECT '{table}', * FROM {table} WHERE organization_id = ?1 ORDER BY 2, 3")));
        }
        rows.extend(of("SELECT ir.* FROM invitation_role ir JOIN invitation i ON i.id = ir.invitation_id \
                        WHERE i.organization_id = ?1 ORDER BY 1, 2"));
        rows.extend(of("SELECT id FROM audit_event WHERE organization_id = ?1 ORDER BY 1"));
        rows
    }

    /// Asserts that a request fails with this status and code, and that nothing changes.
    #[track_caller]
    pub fn refuses(&self, send: impl FnOnce(&Client) -> Response, status: u16, wanted: &str) {
        let before = self.rows();
        let answer = send(&self.manager);
        assert_eq!(code(&answer, status), wanted, "{answer:?}");
        assert_eq!(self.rows(), before);
    }
}
