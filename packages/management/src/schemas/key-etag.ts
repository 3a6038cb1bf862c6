/** Writes the ETag of a key: its generation, and behind a dot how often it was changed since it was created, if it was. */
export function keyEtag(generation: number, revision: number): string {
  return revision === 0 ? `"${generation}"` : `"${generation}.${revision}"`;
}
