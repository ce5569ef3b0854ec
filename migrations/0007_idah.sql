-- What the IDAH API needs beyond the first tables: the role of an account, ownership of organizations, indexes of lists.

-- The role that a person has over the whole installation in the IDAH API. Null: never given one there, which that API
-- shows as user, while the person is seen only by those of the same organizations.
ALTER TABLE user ADD COLUMN account_role TEXT
  CHECK (account_role IN ('user', 'org_owner', 'admin', 'system', 'api_service'));
UPDATE user SET account_role = 'admin' WHERE id IN
  (SELECT g.principal_id FROM role_grant g JOIN role r ON r.id = g.role_id WHERE r.key = 'admin' AND g.organization_id IS NULL);

-- Whether the member owns the organization: what an account of the role org_owner may manage.
ALTER TABLE membership ADD COLUMN is_owner INTEGER NOT NULL DEFAULT 0 CHECK (is_owner IN (0, 1));
CREATE INDEX membership_of_owner ON membership (principal_id, organization_id) WHERE is_owner = 1;

-- Both as rows, so that whoever weighs somebody's rights weighs these as well. Never granted otherwise.
INSERT INTO role (id, family, key, name, description, is_managed, created_at, updated_at, name_key, description_key) VALUES
  (100000000031, 'builtin', 'account:admin', 'admin', 'Administrator of all accounts', 1, 0, 0, 'admin', 'administrator of all accounts'),
  (100000000032, 'builtin', 'account:system', 'system', 'Sibling service', 1, 0, 0, 'system', 'sibling service'),
  (100000000033, 'builtin', 'account:api_service', 'api_service', 'Owner of all API keys', 1, 0, 0, 'api_service', 'owner of all api keys'),
  (100000000034, 'builtin', 'account:org_owner', 'org_owner', 'Owner of the organization', 1, 0, 0, 'org_owner', 'owner of the organization');

-- What a person is called, as every API shows it.
ALTER TABLE user ADD COLUMN full_name TEXT GENERATED ALWAYS AS
  (nullif(ifnull(display_name, substr(trim(ifnull(first_name, '') || ' ' || ifnull(last_name, '')), 1, 128)), '')) VIRTUAL;

-- Lists are filtered and sorted by these.
CREATE INDEX user_by_name ON user (full_name, id, account_role);
CREATE INDEX principal_by_update ON principal (kind, updated_at, id);
CREATE INDEX user_by_account_role ON user (ifnull(account_role, 'user'), id);
CREATE INDEX organization_by_name ON organization (nullif(name, ''), id);
CREATE INDEX organization_by_update ON organization (updated_at, id);
CREATE INDEX credential_api_key ON credential (id) WHERE kind = 'api_key';

-- The name of an API key in lower case: what is searched.
ALTER TABLE credential ADD COLUMN name_key TEXT;

-- Which form the code has that is mailed to whoever asked for a new password: APIs differ in it.
ALTER TABLE password_request ADD COLUMN style TEXT NOT NULL DEFAULT 'checked' CHECK (style IN ('checked', 'hex'));
