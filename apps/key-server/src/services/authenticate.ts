import { isLive, type KeyStorage, type SecretState, type StoredKey } from "@keywarden/storage";
import type { Principal } from "./principal.ts";
import { sha256 } from "./sha256.ts";

export type Authentication =
  | { readonly status: "known"; readonly principal: Principal }
  | { readonly status: "dead"; readonly key: StoredKey; readonly state: SecretState }
  | { readonly status: "unknown" };

/** Starts every token of the server itself, so that a secret scanner can name one. */
export const TOKEN_PREFIX = "kwt_";

/** Finds who holds a bearer token. Both lookups are by digest, so timing tells nothing about the text. */
export async function authenticate(storage: KeyStorage, bearer: string): Promise<Authentication> {
  const digest = sha256(bearer);
  if (bearer.startsWith(TOKEN_PREFIX)) {
    const token = await storage.tokens.findBySha256(digest);
    if (token === null) return { status: "unknown" };
    return {
      status: "known",
      principal: { type: "token", id: token.id, name: token.name, role: token.role },
    };
  }
  const found = await storage.keys.findBySha256(digest);
  if (found === null) return { status: "unknown" };
  if (isLive(found.secret.state)) return { status: "known", principal: { type: "key", key: found.key } };
  return { status: "dead", key: found.key, state: found.secret.state };
}
