import type { RevokedKey } from "@keywarden/management";
import type { StoredKey } from "@keywarden/storage";
import { keyNotFound } from "./find-visible-key.ts";
import { generationChanged } from "./generation-changed.ts";
import { actorOf, originOf, type Caller } from "../auth/principal.ts";
import { done, type Outcome } from "../refusal.ts";
import type { ServerContext } from "../server-context.ts";
import { viewKey } from "./view-key.ts";

/** Ends a key and all its secrets before it returns, so that the next request is refused. */
export async function revokeKey(
  context: ServerContext,
  caller: Caller,
  key: StoredKey,
  expectedGeneration?: number,
): Promise<Outcome<RevokedKey>> {
  const result = await context.storage.keys.revokeKey({
    id: key.id,
    ...(expectedGeneration === undefined ? {} : { expectedGeneration }),
    audit: {
      action: "key.revoked",
      actor: actorOf(caller.principal),
      subject: key.id,
      provider: key.provider,
      details: originOf(caller),
    },
  });
  await context.secrets.forget(key.id);
  if (result.ok) return done({ key: viewKey(result.key), outcome: result.outcome });
  return result.reason === "generation" ? generationChanged(result.current) : keyNotFound();
}
