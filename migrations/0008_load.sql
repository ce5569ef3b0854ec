-- What keeps answers quick however many people there are, and however many log in at the same moment.

-- How many members of a kind an organization has. Lists show it with every page, and counting takes the longer the more
-- there are. Kept by triggers, since members also go by cascades.
CREATE TABLE member_tally (
  organization_id INTEGER NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('user', 'service_account')), -- as membership.kind
  members INTEGER NOT NULL,
  PRIMARY KEY (organization_id, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO member_tally (organization_id, kind, members) SELECT organization_id, kind, count(*) FROM membership GROUP BY 1, 2;
CREATE TRIGGER membership_added AFTER INSERT ON membership BEGIN INSERT INTO member_tally (organization_id, kind, members) VALUES (new.organization_id, new.kind, 1) ON CONFLICT (organization_id, kind) DO UPDATE SET members = members + 1; END;
CREATE TRIGGER membership_removed AFTER DELETE ON membership BEGIN UPDATE member_tally SET members = members - 1 WHERE organization_id = old.organization_id AND kind = old.kind; END;

-- How many there are of what the whole installation counts. Kept in the same way.
CREATE TABLE tally (
  what TEXT PRIMARY KEY CHECK (what IN ('organization', 'user', 'service_account')), -- a table, or a kind of principal
  number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO tally (what, number) VALUES
  ('organization', (SELECT count(*) FROM organization)),
  ('user', (SELECT count(*) FROM principal WHERE kind = 'user')),
  ('service_account', (SELECT count(*) FROM principal WHERE kind = 'service_account'));
CREATE TRIGGER organization_added AFTER INSERT ON organization BEGIN UPDATE tally SET number = number + 1 WHERE what = 'organization'; END;
CREATE TRIGGER organization_removed AFTER DELETE ON organization BEGIN UPDATE tally SET number = number - 1 WHERE what = 'organization'; END;
CREATE TRIGGER principal_added AFTER INSERT ON principal BEGIN UPDATE tally SET number = number + 1 WHERE what = new.kind; END;
CREATE TRIGGER principal_removed AFTER DELETE ON principal BEGIN UPDATE tally SET number = number - 1 WHERE what = old.kind; END;

-- Passwords that are being compared at this moment, by whichever instance: each takes a processor and 19 MiB for a while.
CREATE TABLE password_check (
  id INTEGER PRIMARY KEY,
  ends_at INTEGER NOT NULL -- past it, its instance has died
) STRICT;
