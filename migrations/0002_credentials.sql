-- What principals prove themselves with, and what was issued to them.

-- One row a credential. No secret is stored here: passwords as argon2id, random secrets as SHA-256, key pairs as their
-- public half. (Clear text is in two places only: signing_key.private_key, and outbox.payload until a mail is sent.)
CREATE TABLE credential (
  id INTEGER PRIMARY KEY,
  principal_id INTEGER NOT NULL REFERENCES principal (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('password', 'api_token', 'api_key', 'client_secret', 'public_key')),
  name TEXT,
  label TEXT,                                        -- visible part of the secret, to tell credentials apart
  password_hash TEXT,                                -- argon2id PHC string
  secret_hash BLOB,                                  -- SHA-256 of the whole secret, 32 bytes
  public_key TEXT,                                   -- JWK (RFC 7517), JSON
  permissions TEXT,                                  -- JSON list limiting the credential (IDAH); null = all its principal may
  scope_type TEXT CHECK (scope_type IN ('all', 'org', 'project')), -- IDAH key scope
  scope_value TEXT,                                  -- JSON list of ids
  max_age INTEGER,                                   -- milliseconds; with is_sliding each use renews the expiry
  is_sliding INTEGER NOT NULL DEFAULT 0 CHECK (is_sliding IN (0, 1)),
  expires_at INTEGER,                                -- null = never
  revoked_at INTEGER,
  last_used_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((kind = 'password') = (password_hash IS NOT NULL)),
  CHECK ((kind = 'public_key') = (public_key IS NOT NULL)),
  CHECK ((kind IN ('api_token', 'api_key', 'client_secret')) = (secret_hash IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX credential_by_secret ON credential (secret_hash) WHERE secret_hash IS NOT NULL;
CREATE UNIQUE INDEX credential_one_password ON credential (principal_id) WHERE kind = 'password';
CREATE INDEX credential_of_principal ON credential (principal_id, kind, created_at, id);

-- A login. Tokens issued in it name it, so ending the session ends them.
CREATE TABLE session (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES principal (id) ON DELETE CASCADE,
  actor_id INTEGER REFERENCES principal (id) ON DELETE CASCADE, -- who impersonates user_id
  dialect TEXT NOT NULL,                             -- API through which it began
  nonce INTEGER NOT NULL DEFAULT 1,                  -- counts refreshes (IDAH)
  refresh_seq INTEGER NOT NULL DEFAULT 0,            -- seconds of the last refresh (IDAH)
  refresh_hash BLOB,                                 -- SHA-256 of the one refresh token that is still good
  user_agent TEXT,
  ip TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;

CREATE INDEX session_of_user ON session (user_id, id);
CREATE INDEX session_of_actor ON session (actor_id) WHERE actor_id IS NOT NULL;
CREATE INDEX session_by_expiry ON session (expires_at);

-- Access tokens revoked before their time (RFC 7009), until they would have expired.
CREATE TABLE revoked_token (
  jti TEXT PRIMARY KEY,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX revoked_token_by_expiry ON revoked_token (expires_at);

-- Codes sent by mail: first password, invitation, forgotten password, confirmation.
CREATE TABLE one_time_code (
  hash BLOB PRIMARY KEY,                             -- SHA-256 of the code
  purpose TEXT NOT NULL,                             -- first_password, password_reset, authorization_code, …
  principal_id INTEGER NOT NULL REFERENCES principal (id) ON DELETE CASCADE,
  organization_id INTEGER REFERENCES organization (id) ON DELETE CASCADE,
  payload TEXT NOT NULL DEFAULT '{}',                -- JSON object: what the purpose needs, without secrets
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX one_time_code_by_organization ON one_time_code (organization_id) WHERE organization_id IS NOT NULL;
CREATE INDEX one_time_code_of_principal ON one_time_code (principal_id, purpose);

-- Keys that sign tokens. One a generation and algorithm is current; earlier ones still verify until removed.
CREATE TABLE signing_key (
  kid TEXT PRIMARY KEY,
  algorithm TEXT NOT NULL,                           -- JWA name (RFC 7518, RFC 8037)
  generation TEXT NOT NULL,                          -- value of the variable signing_key_generation it was made for
  organization_id INTEGER REFERENCES organization (id) ON DELETE CASCADE, -- whose tokens it signs; null = everybody's
  private_key TEXT NOT NULL,                         -- PEM; whoever can read the database can sign
  public_jwk TEXT NOT NULL,                          -- JWK, JSON
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX signing_key_current ON signing_key (algorithm, generation, ifnull(organization_id, 0));
CREATE INDEX signing_key_by_organization ON signing_key (organization_id) WHERE organization_id IS NOT NULL;

-- Failed logins per account or address, for lock-out and back-off.
CREATE TABLE login_throttle (
  subject TEXT PRIMARY KEY,                          -- account:<id> or address:<ip>
  failures INTEGER NOT NULL,
  window_started_at INTEGER NOT NULL,
  locked_until INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
