import { keyMetadataSchema, type KeyMetadata } from "@keywarden/management";
import type { StoredKey } from "@keywarden/storage";

/** Where it stands beside what the server itself keeps of a key. */
export const OWN_METADATA = "own";

/** What a key's owner wants to remember about it; null for nothing. */
export function metadataOf(key: StoredKey): KeyMetadata | null {
  const own = key.metadata[OWN_METADATA];
  return own === undefined ? null : keyMetadataSchema.parse(own);
}
