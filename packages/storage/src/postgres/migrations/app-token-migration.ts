/** The tokens of the GitHub App's own API; of released migrations nothing changes. */
export const appTokens = `
CREATE TABLE tokens (
  id TEXT COLLATE "C" PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT COLLATE "C" NOT NULL,
  sha256 TEXT COLLATE "C" NOT NULL UNIQUE CHECK (length(sha256) = 64),
  created_at_ms BIGINT NOT NULL,
  revoked_at_ms BIGINT,
  revoked_by TEXT
);
`;
