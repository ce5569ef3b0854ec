-- What the whole EazyRent API needs beyond the first tables: stored pictures, pairing codes, alert kinds, mail that failed.

-- Pictures that were uploaded to us: name of the object in the key-value store. While one is set, logo_url and avatar_url
-- (addresses elsewhere) count for nothing.
ALTER TABLE organization ADD COLUMN logo_image TEXT;
ALTER TABLE user ADD COLUMN avatar_image TEXT;

-- Every organization has a pairing code, so that others can join it.
UPDATE organization SET pairing_code = upper(hex(randomblob(8))) WHERE pairing_code IS NULL;

-- Clients of an insurer by company number. Not unique: leaving a parent must not fail over it.
CREATE INDEX organization_registration_at_insurer ON organization (insurer_id, registration_number)
  WHERE insurer_id IS NOT NULL AND registration_number IS NOT NULL;

-- The kinds of alert that are raised on a tenant's file.
INSERT INTO alert_kind (id, name, description, position) VALUES
  ('identity_mismatch', 'Identity mismatch', 'Names or dates differ between the documents of a file', 1),
  ('expired_document', 'Expired document', 'A document was not valid any more when it was handed in', 2),
  ('missing_document', 'Missing document', 'A document that the file needs is not there', 3),
  ('forged_document', 'Forged document', 'A document shows signs of having been altered', 4),
  ('income_too_low', 'Income too low', 'The income does not cover the rent as the guarantee demands', 5);

-- Mail that will not be tried again: too many attempts, or its code has run out.
ALTER TABLE outbox ADD COLUMN failed_at INTEGER;
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE delivered_at IS NULL AND failed_at IS NULL;

-- The person a mail is for: it goes with the person.
ALTER TABLE outbox ADD COLUMN principal_id INTEGER REFERENCES principal (id) ON DELETE CASCADE;
CREATE INDEX outbox_by_principal ON outbox (principal_id) WHERE principal_id IS NOT NULL;

-- Requests for a new password, until it is looked up, after the answer, whether anybody has the address.
CREATE TABLE password_request (
  id TEXT PRIMARY KEY,                               -- ULID
  email_key TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Counters that have run out are swept.
CREATE INDEX login_throttle_by_window ON login_throttle (window_started_at);
