/** The facts by which a key is history or came after; of released migrations nothing changes. */
export const provenanceTables = `
CREATE TABLE repositories (
  host TEXT NOT NULL,
  repository_id INTEGER NOT NULL,
  listed_at_ms INTEGER NOT NULL,
  judged_baseline TEXT,
  PRIMARY KEY (host, repository_id)
) STRICT;

CREATE TABLE listed_refs (
  host TEXT NOT NULL,
  repository_id INTEGER NOT NULL,
  ref_sha256 TEXT NOT NULL,
  object_id TEXT NOT NULL,
  PRIMARY KEY (host, repository_id, ref_sha256)
) STRICT, WITHOUT ROWID;

CREATE TABLE known_pushes (
  delivery TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  repository_id INTEGER NOT NULL,
  ref_sha256 TEXT NOT NULL,
  before_id TEXT NOT NULL,
  after_id TEXT NOT NULL,
  pushed_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX known_pushes_by_repository ON known_pushes (host, repository_id);

CREATE TABLE holdings (
  host TEXT NOT NULL,
  repository_id INTEGER NOT NULL,
  object_id TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  PRIMARY KEY (host, repository_id, object_id, fingerprint)
) STRICT, WITHOUT ROWID;

CREATE TABLE introductions (
  host TEXT NOT NULL,
  repository_id INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  introduced_by TEXT NOT NULL,
  PRIMARY KEY (host, repository_id, fingerprint, introduced_by)
) STRICT, WITHOUT ROWID;
`;
