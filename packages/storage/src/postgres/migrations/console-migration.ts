/** Who is signed in to the console, and the codes that count once: what processes on one database have to share. */
export const consoleSessions = `
CREATE TABLE console_sessions (
  id TEXT PRIMARY KEY CHECK (length(id) = 64),
  holder TEXT NOT NULL,
  began_at_ms BIGINT NOT NULL,
  seen_at_ms BIGINT NOT NULL,
  unlocked_until_ms BIGINT NOT NULL
);
CREATE TABLE one_time_codes (
  id TEXT PRIMARY KEY CHECK (length(id) = 64),
  payload TEXT NOT NULL,
  expires_at_ms BIGINT NOT NULL
);
`;
