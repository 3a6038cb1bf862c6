/** Successors that are made before an exposed key is revoked; of released migrations nothing changes. */
export const replacements = `
CREATE TABLE replacements (
  provider TEXT NOT NULL,
  key_id TEXT NOT NULL,
  rotation TEXT NOT NULL,
  state TEXT NOT NULL,
  why TEXT,
  successor_id TEXT,
  started_at_ms BIGINT NOT NULL,
  due_at_ms BIGINT NOT NULL,
  changed_at_ms BIGINT NOT NULL,
  PRIMARY KEY (provider, key_id)
);
`;
