import { restrictionsSchema, type Restrictions } from "@keywarden/management";
import type { StoredKey } from "@keywarden/storage";

const none: Restrictions = {};

/** What a stored key is bound to; a key that cannot be read is not let through, so this throws. */
export function restrictionsOf(key: StoredKey): Restrictions {
  const { restrictions } = key.metadata;
  return restrictions === undefined ? none : restrictionsSchema.parse(restrictions);
}
