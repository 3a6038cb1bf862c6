/** The tables that both schemas have: the clock's high-water mark and the audit chain with its anchor. */
export const auditAndClock = `
CREATE TABLE high_water (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  at_ms BIGINT NOT NULL
);
INSERT INTO high_water VALUES (1, 0);

CREATE TABLE audit_entries (
  sequence BIGINT PRIMARY KEY,
  at_ms BIGINT NOT NULL,
  action TEXT COLLATE "C" NOT NULL,
  actor TEXT NOT NULL,
  subject TEXT COLLATE "C",
  provider TEXT COLLATE "C",
  details TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE INDEX audit_entries_by_subject ON audit_entries (subject, sequence) WHERE subject IS NOT NULL;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'KW001', MESSAGE = TG_ARGV[0];
END $$;
CREATE TRIGGER audit_entries_keep BEFORE UPDATE ON audit_entries
  FOR EACH ROW EXECUTE FUNCTION refuse_change('audit entries cannot be changed');
CREATE TRIGGER audit_entries_stay BEFORE DELETE ON audit_entries
  FOR EACH ROW EXECUTE FUNCTION refuse_change('audit entries cannot be removed');
CREATE TRIGGER audit_entries_all_stay BEFORE TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('audit entries cannot be removed');

CREATE TABLE audit_anchor (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  sequence BIGINT NOT NULL,
  hash TEXT NOT NULL
);
INSERT INTO audit_anchor VALUES (1, 0, '${"0".repeat(64)}');
CREATE TRIGGER audit_anchor_advances BEFORE UPDATE ON audit_anchor
  FOR EACH ROW WHEN (NEW.sequence <> OLD.sequence + 1)
  EXECUTE FUNCTION refuse_change('the audit anchor only advances by one');
CREATE TRIGGER audit_anchor_stays BEFORE DELETE ON audit_anchor
  FOR EACH ROW EXECUTE FUNCTION refuse_change('the audit anchor cannot be removed');
CREATE TRIGGER audit_anchor_all_stays BEFORE TRUNCATE ON audit_anchor
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('the audit anchor cannot be removed');
`;

/** An import writes many entries at once, so the anchor may advance by more than one; it never goes back. */
export const anchorAdvances = `
DROP TRIGGER audit_anchor_advances ON audit_anchor;
CREATE TRIGGER audit_anchor_advances BEFORE UPDATE ON audit_anchor
  FOR EACH ROW WHEN (NEW.sequence <= OLD.sequence)
  EXECUTE FUNCTION refuse_change('the audit anchor only advances');
`;
