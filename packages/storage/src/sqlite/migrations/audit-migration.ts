/** The tables that both databases have: the clock's high-water mark and the audit chain with its anchor. */
export const auditAndClock = `
CREATE TABLE high_water (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  at_ms INTEGER NOT NULL
) STRICT;
INSERT INTO high_water VALUES (1, 0);

CREATE TABLE audit_entries (
  sequence INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  action TEXT NOT NULL,
  actor TEXT NOT NULL,
  subject TEXT,
  provider TEXT,
  details TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_entries_by_subject ON audit_entries (subject, sequence) WHERE subject IS NOT NULL;
CREATE TRIGGER audit_entries_keep BEFORE UPDATE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'audit entries cannot be changed'); END;
CREATE TRIGGER audit_entries_stay BEFORE DELETE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'audit entries cannot be removed'); END;

CREATE TABLE audit_anchor (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sequence INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;
INSERT INTO audit_anchor VALUES (1, 0, '${"0".repeat(64)}');
CREATE TRIGGER audit_anchor_advances BEFORE UPDATE ON audit_anchor WHEN NEW.sequence <> OLD.sequence + 1
BEGIN SELECT RAISE(ABORT, 'the audit anchor only advances by one'); END;
CREATE TRIGGER audit_anchor_stays BEFORE DELETE ON audit_anchor
BEGIN SELECT RAISE(ABORT, 'the audit anchor cannot be removed'); END;
`;

/** An import writes many entries at once, so the anchor may advance by more than one; it never goes back. */
export const anchorAdvances = `
DROP TRIGGER audit_anchor_advances;
CREATE TRIGGER audit_anchor_advances BEFORE UPDATE ON audit_anchor WHEN NEW.sequence <= OLD.sequence
BEGIN SELECT RAISE(ABORT, 'the audit anchor only advances'); END;
`;
