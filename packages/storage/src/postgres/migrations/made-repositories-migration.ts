/** When a repository was made that the App has had from the first; of released migrations nothing changes. */
export const madeRepositories = `
ALTER TABLE known_repositories ADD COLUMN made_at_ms BIGINT;
`;
