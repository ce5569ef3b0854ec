-- The identity graph: organizations, principals, memberships, roles, grants, groups.
-- Times are milliseconds since the Unix epoch (UTC). Ids are random 12-digit numbers (docs/adr/0001-ids.md).
-- *_key columns hold the form that is compared (trimmed, lower case); the plain column holds what was typed.
-- Columns named is_* are booleans stored as 0 or 1; columns commented "JSON" hold a JSON text.

-- A tenant: EazyRent "account", Katanemo "account", Kestra "tenant", Logto and IDAH "organization".
CREATE TABLE organization (
  id INTEGER PRIMARY KEY,
  slug TEXT UNIQUE,                                  -- readable tenant id (Kestra), null elsewhere
  name TEXT NOT NULL,                                -- '' where an API lets it be null (IDAH)
  description TEXT,
  account_type TEXT NOT NULL DEFAULT 'default' CHECK (account_type IN ('default', 'organization', 'insurance')),
  parent_id INTEGER REFERENCES organization (id) ON DELETE SET NULL,   -- head of the network it belongs to
  insurer_id INTEGER REFERENCES organization (id) ON DELETE SET NULL,  -- its rent-guarantee insurer
  registration_number TEXT,                          -- company number
  address TEXT,
  logo_url TEXT,                                     -- absolute URL, as given or of our own store
  pairing_code TEXT UNIQUE,                          -- code by which others join; upper case
  domain TEXT,
  domain_verification_code TEXT,
  domain_verified_at INTEGER,
  is_mfa_required INTEGER NOT NULL DEFAULT 0 CHECK (is_mfa_required IN (0, 1)),
  color TEXT NOT NULL DEFAULT '{}',                  -- JSON object (Logto PartialColor)
  branding TEXT NOT NULL DEFAULT '{}',               -- JSON object (Logto Branding)
  custom_css TEXT,
  custom_data TEXT NOT NULL DEFAULT '{}',            -- JSON object, opaque
  external_references TEXT NOT NULL DEFAULT '{}',    -- JSON object: name to id or list of ids (EazyRent)
  settings TEXT NOT NULL DEFAULT '{}',               -- JSON object: fields stored and echoed only (Kestra)
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- Children and clients of an organization, in the order in which they are listed.
CREATE INDEX organization_by_parent ON organization (parent_id, created_at, id) WHERE parent_id IS NOT NULL;
CREATE INDEX organization_by_insurer ON organization (insurer_id, created_at, id) WHERE insurer_id IS NOT NULL;
CREATE INDEX organization_by_creation ON organization (created_at, id);
-- A company number is taken once under the same parent.
CREATE UNIQUE INDEX organization_registration ON organization (parent_id, registration_number)
  WHERE parent_id IS NOT NULL AND registration_number IS NOT NULL;

-- Whoever can act: a person (user) or a machine (service_account). The particulars are in the table of its kind.
CREATE TABLE principal (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('user', 'service_account')),
  state TEXT NOT NULL CHECK (state IN ('initial', 'active', 'inactive', 'locked')),
  organization_id INTEGER REFERENCES organization (id) ON DELETE SET NULL, -- home: where it acts by default
  is_restricted INTEGER NOT NULL DEFAULT 0 CHECK (is_restricted IN (0, 1)), -- demo user: own profile is read-only
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX principal_by_organization ON principal (organization_id, kind, created_at, id) WHERE organization_id IS NOT NULL;
CREATE INDEX principal_by_creation ON principal (kind, created_at, id);

-- A person. One row a human over the whole installation, whichever API made it.
CREATE TABLE user (
  id INTEGER PRIMARY KEY REFERENCES principal (id) ON DELETE CASCADE,
  username TEXT,
  username_key TEXT UNIQUE,
  email TEXT,
  email_key TEXT UNIQUE,                             -- e-mail is the login: unique, whatever its case
  email_verified_at INTEGER,
  phone TEXT,
  first_name TEXT,
  last_name TEXT,
  display_name TEXT,                                 -- set only where an API lets it be set apart from the two names
  avatar_url TEXT,
  profile TEXT NOT NULL DEFAULT '{}',                -- JSON object: OpenID standard claims (Logto UserProfile)
  custom_data TEXT NOT NULL DEFAULT '{}',            -- JSON object, opaque
  identities TEXT NOT NULL DEFAULT '{}',             -- JSON object: upstream provider to subject
  config TEXT,                                       -- JSON object (EazyRent UserConfig); null = all defaults
  notification_preferences TEXT,                     -- JSON object (EazyRent NotificationConfig); null = all defaults
  sso_channel TEXT,
  role_scope TEXT NOT NULL DEFAULT '{}',             -- JSON object: parts of an IDAH role scope other than org
  joined_at INTEGER,                                 -- first acceptance of an invitation; null = pending
  invitation_expires_at INTEGER,
  last_sign_in_at INTEGER
) STRICT;

CREATE INDEX user_by_phone ON user (phone) WHERE phone IS NOT NULL;

-- A machine: EazyRent service account, Katanemo client key, Kestra service account, Logto application.
CREATE TABLE service_account (
  id INTEGER PRIMARY KEY REFERENCES principal (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  description TEXT,
  application_type TEXT NOT NULL DEFAULT 'MachineToMachine', -- Logto application type
  oidc_client_metadata TEXT NOT NULL DEFAULT '{}',   -- JSON object (Logto)
  custom_data TEXT NOT NULL DEFAULT '{}'             -- JSON object, opaque
) STRICT;

-- Ties a principal to an organization.
CREATE TABLE membership (
  organization_id INTEGER NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  principal_id INTEGER NOT NULL REFERENCES principal (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('user', 'service_account')), -- copy of principal.kind: people and machines list apart
  state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('invited', 'active')), -- invited: has not yet accepted (Katanemo isActive)
  tags TEXT NOT NULL DEFAULT '{}',                   -- JSON object: key to list of values (Katanemo)
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (organization_id, principal_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX membership_in_order ON membership (organization_id, kind, created_at, principal_id);
CREATE INDEX membership_of_principal ON membership (principal_id, organization_id);

-- A named bundle of permissions. Built-in roles are rows too, so that every grant points at one table.
CREATE TABLE role (
  id INTEGER PRIMARY KEY,
  organization_id INTEGER REFERENCES organization (id) ON DELETE CASCADE, -- null = known in every organization
  family TEXT NOT NULL CHECK (family IN ('builtin', 'template', 'tenant', 'custom', 'policy')),
                                                     -- template, tenant: Logto; custom: Kestra; policy: Katanemo
  key TEXT UNIQUE,                                   -- stable key of a built-in role, such as org:admin
  name TEXT NOT NULL,
  description TEXT,
  principal_kind TEXT NOT NULL DEFAULT 'any' CHECK (principal_kind IN ('any', 'user', 'service_account')),
  permissions TEXT NOT NULL DEFAULT '[]',            -- JSON list of domain permissions; a built-in role's stand in the code
  policy TEXT,                                       -- policy document (Katanemo)
  is_managed INTEGER NOT NULL DEFAULT 0 CHECK (is_managed IN (0, 1)), -- may not be changed by callers
  is_default INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1)), -- given to every new user
  version INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX role_by_organization ON role (organization_id, name) WHERE organization_id IS NOT NULL;
-- Where an API demands unique names, per family and organization.
CREATE UNIQUE INDEX role_name ON role (family, ifnull(organization_id, 0), name) WHERE family IN ('template', 'tenant', 'policy');

-- An API that tokens can be asked for (RFC 8707 resource indicator).
CREATE TABLE resource (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  indicator TEXT NOT NULL UNIQUE,                    -- absolute URI, compared exactly
  is_default INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1)),
  access_token_ttl INTEGER,                          -- seconds; null = the configured default
  created_at INTEGER NOT NULL
) STRICT;

-- At most one default.
CREATE UNIQUE INDEX resource_default ON resource (is_default) WHERE is_default = 1;

-- A scope of a resource, or (resource_id null) a scope of organizations.
CREATE TABLE scope (
  id INTEGER PRIMARY KEY,
  resource_id INTEGER REFERENCES resource (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  description TEXT,
  created_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX scope_name ON scope (ifnull(resource_id, 0), name);
CREATE INDEX scope_by_resource ON scope (resource_id) WHERE resource_id IS NOT NULL;

CREATE TABLE role_scope (
  role_id INTEGER NOT NULL REFERENCES role (id) ON DELETE CASCADE,
  scope_id INTEGER NOT NULL REFERENCES scope (id) ON DELETE CASCADE,
  PRIMARY KEY (role_id, scope_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX role_scope_by_scope ON role_scope (scope_id);

-- A set of principals of one organization.
CREATE TABLE user_group (
  id INTEGER PRIMARY KEY,
  organization_id INTEGER NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  description TEXT,
  is_external INTEGER NOT NULL DEFAULT 0 CHECK (is_external IN (0, 1)), -- kept in step by an upstream directory
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (organization_id, name),
  UNIQUE (organization_id, id)                       -- for the foreign keys below
) STRICT;

-- Members of a group are members of its organization; who leaves that leaves its groups.
CREATE TABLE group_member (
  organization_id INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  principal_id INTEGER NOT NULL,
  rank TEXT NOT NULL DEFAULT 'member' CHECK (rank IN ('owner', 'member')), -- an owner may manage the members
  created_at INTEGER NOT NULL,
  PRIMARY KEY (group_id, principal_id),
  FOREIGN KEY (organization_id, group_id) REFERENCES user_group (organization_id, id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, principal_id) REFERENCES membership (organization_id, principal_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX group_member_of_principal ON group_member (principal_id, organization_id);
CREATE INDEX group_member_by_membership ON group_member (organization_id, principal_id);
CREATE INDEX group_member_by_group ON group_member (organization_id, group_id);

-- A role given to a principal or a group, in one organization or (organization_id null) everywhere.
CREATE TABLE role_grant (
  id INTEGER PRIMARY KEY,
  organization_id INTEGER REFERENCES organization (id) ON DELETE CASCADE,
  principal_id INTEGER REFERENCES principal (id) ON DELETE CASCADE,
  group_id INTEGER,
  role_id INTEGER NOT NULL REFERENCES role (id) ON DELETE CASCADE,
  namespace TEXT,                                    -- limits the grant to a namespace and its children (Kestra)
  created_at INTEGER NOT NULL,
  CHECK ((principal_id IS NULL) <> (group_id IS NULL)),
  CHECK (group_id IS NULL OR organization_id IS NOT NULL),
  -- A group holds roles in its own organization only.
  FOREIGN KEY (organization_id, group_id) REFERENCES user_group (organization_id, id) ON DELETE CASCADE,
  -- Who leaves an organization loses the roles held there; nobody holds one without being in it.
  FOREIGN KEY (organization_id, principal_id) REFERENCES membership (organization_id, principal_id) ON DELETE CASCADE
) STRICT;

CREATE UNIQUE INDEX role_grant_of_principal
  ON role_grant (principal_id, ifnull(organization_id, 0), role_id, ifnull(namespace, '')) WHERE principal_id IS NOT NULL;
CREATE UNIQUE INDEX role_grant_of_group
  ON role_grant (group_id, role_id, ifnull(namespace, '')) WHERE group_id IS NOT NULL;
CREATE INDEX role_grant_in_organization ON role_grant (organization_id, role_id, principal_id);
CREATE INDEX role_grant_by_role ON role_grant (role_id);
CREATE INDEX role_grant_by_membership ON role_grant (organization_id, principal_id);
CREATE INDEX role_grant_by_group ON role_grant (organization_id, group_id);
