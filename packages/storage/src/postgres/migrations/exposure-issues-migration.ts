/** Issues that tell people of exposures; of released migrations nothing changes. */
export const exposureIssues = `
CREATE TABLE exposure_issues (
  exposure_id BIGINT PRIMARY KEY REFERENCES exposures (id),
  version BIGINT NOT NULL,
  told_version BIGINT NOT NULL,
  repository_id BIGINT,
  intended_at_ms BIGINT,
  number BIGINT
);
`;
