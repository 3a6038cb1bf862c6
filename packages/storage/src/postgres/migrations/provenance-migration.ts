/** The facts by which a key is history or came after; of released migrations nothing changes. */
export const provenanceTables = `
CREATE TABLE repositories (
  host TEXT COLLATE "C" NOT NULL,
  repository_id BIGINT NOT NULL,
  listed_at_ms BIGINT NOT NULL,
  judged_baseline TEXT COLLATE "C",
  PRIMARY KEY (host, repository_id)
);

CREATE TABLE listed_refs (
  host TEXT COLLATE "C" NOT NULL,
  repository_id BIGINT NOT NULL,
  ref_sha256 TEXT COLLATE "C" NOT NULL,
  object_id TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (host, repository_id, ref_sha256)
);

CREATE TABLE known_pushes (
  delivery TEXT COLLATE "C" PRIMARY KEY,
  host TEXT COLLATE "C" NOT NULL,
  repository_id BIGINT NOT NULL,
  ref_sha256 TEXT COLLATE "C" NOT NULL,
  before_id TEXT COLLATE "C" NOT NULL,
  after_id TEXT COLLATE "C" NOT NULL,
  pushed_at_ms BIGINT NOT NULL
);
CREATE INDEX known_pushes_by_repository ON known_pushes (host, repository_id);

CREATE TABLE holdings (
  host TEXT COLLATE "C" NOT NULL,
  repository_id BIGINT NOT NULL,
  object_id TEXT COLLATE "C" NOT NULL,
  fingerprint TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (host, repository_id, object_id, fingerprint)
);

CREATE TABLE introductions (
  host TEXT COLLATE "C" NOT NULL,
  repository_id BIGINT NOT NULL,
  fingerprint TEXT COLLATE "C" NOT NULL,
  introduced_by TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (host, repository_id, fingerprint, introduced_by)
);
`;
