/** The job queue, which both databases have. */
export const jobsTable = `CREATE TABLE jobs (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  unique_key TEXT,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'buried')),
  due_at_ms INTEGER CHECK ((due_at_ms IS NULL) = (state IN ('done', 'buried'))),
  attempt INTEGER NOT NULL,
  worker TEXT,
  error_code TEXT,
  created_at_ms INTEGER NOT NULL,
  finished_at_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX jobs_unfinished ON jobs (unique_key)
  WHERE unique_key IS NOT NULL AND due_at_ms IS NOT NULL;
CREATE INDEX jobs_due ON jobs (kind, due_at_ms, sequence) WHERE due_at_ms IS NOT NULL;
CREATE INDEX jobs_finished ON jobs (state, finished_at_ms) WHERE finished_at_ms IS NOT NULL;
`;
