/** What a repository itself asks for at least, about the keys that its commits bring in; of released migrations nothing changes. */
export const leastActions = `
CREATE TABLE least_actions (
  exposure_id INTEGER NOT NULL REFERENCES exposures (id),
  kind TEXT NOT NULL,
  environment TEXT NOT NULL,
  action TEXT NOT NULL,
  PRIMARY KEY (exposure_id, kind, environment)
) STRICT, WITHOUT ROWID;
`;
