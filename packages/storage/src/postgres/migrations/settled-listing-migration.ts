/** Whether a listing has its place among all pushes; of released migrations nothing changes. */
export const settledListings = `
ALTER TABLE repositories ADD COLUMN answered_at_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE repositories ADD COLUMN pushes_known BIGINT NOT NULL DEFAULT 0;
ALTER TABLE repositories ADD COLUMN is_settled BIGINT NOT NULL DEFAULT 0;
UPDATE repositories SET is_settled = 1;
`;
