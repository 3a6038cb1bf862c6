/** Tokens that end by themselves, open a part of the keys only, and say when they were last used. */
export const limitedTokens = `
ALTER TABLE tokens ADD COLUMN expires_at_ms BIGINT;
ALTER TABLE tokens ADD COLUMN last_used_at_ms BIGINT;
ALTER TABLE tokens ADD COLUMN limits TEXT;
`;
