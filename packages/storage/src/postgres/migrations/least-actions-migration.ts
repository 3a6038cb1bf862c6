/** What a repository itself asks for at least, about the keys that its commits bring in; of released migrations nothing changes. */
export const leastActions = `
CREATE TABLE least_actions (
  exposure_id BIGINT NOT NULL REFERENCES exposures (id),
  kind TEXT COLLATE "C" NOT NULL,
  environment TEXT COLLATE "C" NOT NULL,
  action TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (exposure_id, kind, environment)
);
`;
