/** Gives the names in a raw git tree with the offset where each starts. */
export function* treeNames(
  bytes: Buffer,
  idSizeBytes: 20 | 32,
): Generator<{ readonly start: number; readonly name: Buffer }, void, undefined> {
  for (let at = 0; at < bytes.length;) {
    const start = bytes.indexOf(0x20, at) + 1;
    const end = bytes.indexOf(0, start);
    if (start === 0 || end === -1) return;
    yield { start, name: bytes.subarray(start, end) };
    at = end + 1 + idSizeBytes;
  }
}
