import { restrictionsSchema, type Restrictions } from "@keywarden/management";
import type { StoredKey } from "@keywarden/storage";

/** What a stored key is bound to; a key that cannot be read is not let through, so this throws. */
export function restrictionsOf(key: StoredKey): Restrictions {
  return restrictionsSchema.parse(key.metadata["restrictions"] ?? {});
}
