/** Issues that tell people of exposures; of released migrations nothing changes. */
export const exposureIssues = `
CREATE TABLE exposure_issues (
  exposure_id INTEGER PRIMARY KEY REFERENCES exposures (id),
  version INTEGER NOT NULL,
  told_version INTEGER NOT NULL,
  repository_id INTEGER,
  intended_at_ms INTEGER,
  number INTEGER
) STRICT;
`;
