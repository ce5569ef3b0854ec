-- What the Logto management API needs beyond the first tables: search over people and organizations, secrets of
-- applications that can be shown again.

-- Names as searches compare them: in lower case. The application writes them; here only the letters A to Z are made
-- small. A person's is of display_name, or else of the two names.
ALTER TABLE organization ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
UPDATE organization SET name_key = lower(name);
ALTER TABLE user ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
UPDATE user SET name_key = lower(ifnull(display_name, trim(ifnull(first_name, '') || ' ' || ifnull(last_name, ''))));

-- The same of roles and scopes, and of what roles are for.
ALTER TABLE role ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
ALTER TABLE role ADD COLUMN description_key TEXT NOT NULL DEFAULT '';
UPDATE role SET name_key = lower(name), description_key = lower(ifnull(description, ''));
ALTER TABLE scope ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
UPDATE scope SET name_key = lower(name);

-- A search for a part of a text looks at all of them: in indexes that hold little else, in the order of the lists.
DROP INDEX organization_by_creation;
CREATE INDEX organization_by_creation ON organization (created_at, id, name_key);
CREATE INDEX user_search ON user (id, name_key, email_key, username_key, phone);

-- The role goes along, so that the index holds all that is asked of it: roles of one member are found by it alone, and
-- not among those of everybody in the organization.
DROP INDEX role_grant_by_membership;
CREATE INDEX role_grant_by_membership ON role_grant (organization_id, principal_id, role_id);

-- What searches over machines compare: name and description in lower case, a line each. The application writes it.
ALTER TABLE service_account ADD COLUMN search_key TEXT NOT NULL DEFAULT '';
UPDATE service_account SET search_key = lower(name || char(10) || ifnull(description, ''));

-- Keys that other secrets are derived from (docs/adr/0010-application-secrets.md).
CREATE TABLE derivation_key (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL,                               -- 32 random bytes
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Invitations are listed newest first: all of them, those to an address, those of an inviter.
DROP INDEX invitation_by_email;
DROP INDEX invitation_by_inviter;
CREATE INDEX invitation_by_creation ON invitation (created_at, id);
CREATE INDEX invitation_by_email ON invitation (email_key, created_at, id);
CREATE INDEX invitation_by_inviter ON invitation (inviter_id, created_at, id) WHERE inviter_id IS NOT NULL;
