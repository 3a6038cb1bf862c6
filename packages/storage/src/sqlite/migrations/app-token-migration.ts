/** The tokens of the GitHub App's own API; of released migrations nothing changes. */
export const appTokens = `
CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
  created_at_ms INTEGER NOT NULL,
  revoked_at_ms INTEGER,
  revoked_by TEXT
) STRICT;
`;
