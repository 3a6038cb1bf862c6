/** Whether a push came before the first listing for certain; of released migrations nothing changes. */
export const doubtfulPushes = `
ALTER TABLE known_pushes ADD COLUMN is_surely_before BIGINT NOT NULL DEFAULT 1;
`;
