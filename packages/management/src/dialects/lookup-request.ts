import type { Fingerprint } from "@keywarden/key-format";
import { makeBody, type Body } from "../schemas/body.ts";
import { lookupRequestSchema } from "../operator/operator-api.ts";

/** No document names a lookup, so all dialects ask with the same body. */
export const lookupRequest: Body<{ fingerprint: Fingerprint }> = makeBody(lookupRequestSchema, {
  write: ({ fingerprint }: { fingerprint: Fingerprint }) => ({ sha256: fingerprint }),
  read: ({ sha256 }) => ({ fingerprint: sha256 }),
});
