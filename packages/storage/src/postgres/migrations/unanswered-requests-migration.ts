/** Since when the answer to a request to the repository host is awaited; of released migrations nothing changes. */
export const unansweredRequests = `
ALTER TABLE checkpoints ADD COLUMN sending_since_ms BIGINT;
`;
