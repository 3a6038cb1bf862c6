import type { Fingerprint } from "@keywarden/key-format";
import type { FoundKey } from "@keywarden/management";
import { isVisible } from "./find-visible-key.ts";
import type { Principal } from "../auth/principal.ts";
import type { ServerContext } from "../server-context.ts";
import { viewKey, viewSecretState } from "./view-key.ts";

/** Says whose key a fingerprint is, also long after the key was revoked; being looked up is not being used. */
export async function lookUpKey(
  context: ServerContext,
  principal: Principal,
  fingerprint: Fingerprint,
  provider?: string,
): Promise<FoundKey> {
  const found = await context.storage.keys.findBySha256(fingerprint);
  if (found === null || !isVisible(principal, found.key)) return { found: false };
  if (provider !== undefined && found.key.provider !== provider) return { found: false };
  return { found: true, key: viewKey(found.key), state: viewSecretState(found.secret) };
}
