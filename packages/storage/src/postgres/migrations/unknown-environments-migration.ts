/**
 * Keys whose text names no environment, which earlier versions stored as production keys; the words are those by which a text
 * can name production. Of released migrations nothing changes.
 */
export const unknownEnvironments = `
UPDATE exposures SET environment = 'unknown'
  WHERE environment = 'production' AND label NOT IN ('live', 'prod', 'production', 'token');
`;
