/** Whether a listing has its place among all pushes; of released migrations nothing changes. */
export const settledListings = `
ALTER TABLE repositories ADD COLUMN answered_at_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE repositories ADD COLUMN pushes_known INTEGER NOT NULL DEFAULT 0;
ALTER TABLE repositories ADD COLUMN is_settled INTEGER NOT NULL DEFAULT 0;
UPDATE repositories SET is_settled = 1;
`;
