/** When a push first showed a commit that brings keys in; of released migrations nothing changes. */
export const shownCommits = `
ALTER TABLE earlier_commits ADD COLUMN pushed_at_ms INTEGER NOT NULL DEFAULT 0;
`;
