-- What surrounds the graph: invitations, mail, audit, alerts, just-in-time rules, API products.

CREATE TABLE invitation (
  id INTEGER PRIMARY KEY,
  organization_id INTEGER NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  inviter_id INTEGER REFERENCES principal (id) ON DELETE CASCADE,
  accepted_user_id INTEGER REFERENCES user (id) ON DELETE CASCADE,
  status TEXT NOT NULL CHECK (status IN ('pending', 'accepted', 'expired', 'revoked')), -- pending past expires_at counts as expired
  is_superadmin INTEGER NOT NULL DEFAULT 0 CHECK (is_superadmin IN (0, 1)),
  message_payload TEXT,                              -- JSON, for the mail
  expires_at INTEGER NOT NULL,
  accepted_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX invitation_pending ON invitation (organization_id, email_key) WHERE status = 'pending';
CREATE INDEX invitation_in_order ON invitation (organization_id, created_at, id);
CREATE INDEX invitation_by_email ON invitation (email_key);
CREATE INDEX invitation_by_inviter ON invitation (inviter_id) WHERE inviter_id IS NOT NULL;
CREATE INDEX invitation_by_accepted_user ON invitation (accepted_user_id) WHERE accepted_user_id IS NOT NULL;

CREATE TABLE invitation_role (
  invitation_id INTEGER NOT NULL REFERENCES invitation (id) ON DELETE CASCADE,
  role_id INTEGER NOT NULL REFERENCES role (id) ON DELETE CASCADE,
  namespace TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (invitation_id, role_id, namespace)
) STRICT, WITHOUT ROWID;

CREATE INDEX invitation_role_by_role ON invitation_role (role_id);

CREATE TABLE invitation_group (
  invitation_id INTEGER NOT NULL REFERENCES invitation (id) ON DELETE CASCADE,
  group_id INTEGER NOT NULL REFERENCES user_group (id) ON DELETE CASCADE,
  PRIMARY KEY (invitation_id, group_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX invitation_group_by_group ON invitation_group (group_id);

-- Mail to be sent: written in the transaction that causes it, delivered after it.
CREATE TABLE outbox (
  id TEXT PRIMARY KEY,                               -- ULID; also the idempotency key towards the provider
  template TEXT NOT NULL,                            -- what the mail is about
  recipient TEXT NOT NULL,                           -- e-mail address
  organization_id INTEGER REFERENCES organization (id) ON DELETE CASCADE,
  payload TEXT NOT NULL DEFAULT '{}',                -- JSON object for the template, one-time code included; emptied on delivery
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER NOT NULL,
  delivered_at INTEGER,
  last_error TEXT,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE delivered_at IS NULL;
CREATE INDEX outbox_by_organization ON outbox (organization_id) WHERE organization_id IS NOT NULL;

-- Who did what. Written in the same transaction as the change; never updated. No foreign keys: it outlives its subjects.
CREATE TABLE audit_event (
  id TEXT PRIMARY KEY,                               -- ULID, so in order of time
  at INTEGER NOT NULL,
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('user', 'service_account', 'system', 'anonymous')),
  actor_id INTEGER,
  credential_id INTEGER,                             -- what the actor proved itself with
  organization_id INTEGER,                           -- where it happened; null = whole installation
  dialect TEXT NOT NULL,
  action TEXT NOT NULL,                              -- <noun>.<verb>
  target_id INTEGER,
  request_id TEXT NOT NULL,
  detail TEXT NOT NULL DEFAULT '{}'                  -- JSON object without secrets
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_event_in_organization ON audit_event (organization_id, id);
CREATE INDEX audit_event_of_target ON audit_event (target_id, id) WHERE target_id IS NOT NULL;

-- Kinds of alert and how much each matters to an organization (EazyRent).
CREATE TABLE alert_kind (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE alert_importance (
  organization_id INTEGER NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  alert_kind_id TEXT NOT NULL REFERENCES alert_kind (id) ON DELETE CASCADE,
  value REAL NOT NULL CHECK (value BETWEEN 0 AND 1),
  PRIMARY KEY (organization_id, alert_kind_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX alert_importance_by_kind ON alert_importance (alert_kind_id);

-- Automatic membership on sign-up, by e-mail domain, with default roles (Logto).
CREATE TABLE organization_jit_domain (
  organization_id INTEGER NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  domain TEXT NOT NULL,                              -- lower case
  PRIMARY KEY (organization_id, domain)
) STRICT, WITHOUT ROWID;

CREATE INDEX organization_jit_domain_by_domain ON organization_jit_domain (domain);

CREATE TABLE organization_jit_role (
  organization_id INTEGER NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  role_id INTEGER NOT NULL REFERENCES role (id) ON DELETE CASCADE,
  PRIMARY KEY (organization_id, role_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX organization_jit_role_by_role ON organization_jit_role (role_id);

-- An API product that organizations subscribe to (Katanemo service).
CREATE TABLE service (
  id INTEGER PRIMARY KEY,
  organization_id INTEGER REFERENCES organization (id) ON DELETE CASCADE, -- its developer; null = the built-in one
  name TEXT NOT NULL,
  redirect_url TEXT NOT NULL DEFAULT '',
  api_spec TEXT NOT NULL DEFAULT '',                 -- OpenAPI document as uploaded
  auth_exclusion_paths TEXT NOT NULL DEFAULT '[]',   -- JSON list of paths open without a token
  presentation TEXT NOT NULL DEFAULT '{}',           -- JSON object: description, displayName and the URLs
  version INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;

CREATE INDEX service_by_organization ON service (organization_id) WHERE organization_id IS NOT NULL;

-- The API product that a role's policy is about (Katanemo).
ALTER TABLE role ADD COLUMN service_id INTEGER REFERENCES service (id) ON DELETE SET NULL;
CREATE INDEX role_by_service ON role (service_id) WHERE service_id IS NOT NULL;

-- Which services an organization is a customer of (Katanemo); the one it signed up to is the first.
CREATE TABLE subscription (
  organization_id INTEGER NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  service_id INTEGER NOT NULL REFERENCES service (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (organization_id, service_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX subscription_by_service ON subscription (service_id);

-- Tags on the objects of a service, matched against principals' tags by its policies (Katanemo).
CREATE TABLE resource_tag (
  service_id INTEGER NOT NULL REFERENCES service (id) ON DELETE CASCADE,
  organization_id INTEGER NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  name TEXT NOT NULL,                                -- path parameter that identifies the object
  object_id TEXT NOT NULL,
  tags TEXT NOT NULL DEFAULT '{}',                   -- JSON object: key to list of values
  PRIMARY KEY (service_id, organization_id, name, object_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX resource_tag_by_organization ON resource_tag (organization_id);

-- What has been done once for this installation, so that it is never done again.
CREATE TABLE installation (
  name TEXT PRIMARY KEY,                             -- bootstrap_organization, bootstrap_admin, bootstrap_client
  subject_id INTEGER,                                -- what was made
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
