/** Marks an answer to a request that was done before, so that a client's count of new keys stays right. */
export function repeatHeader(isRepeat: boolean): Readonly<Record<string, string>> {
  return isRepeat ? { "idempotent-replayed": "true" } : {};
}
