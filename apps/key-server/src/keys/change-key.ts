import type { ChangedKey } from "@keywarden/management";
import type { KeyChanges, KeyStores, StoredKey } from "@keywarden/storage";
import { actorOf, originOf, type Caller } from "../auth/principal.ts";
import { done, type Outcome } from "../refusal.ts";
import type { ServerContext } from "../server-context.ts";
import { isVisible, keyNotFound } from "./find-visible-key.ts";
import { keyChanged } from "./generation-changed.ts";
import { viewKey } from "./view-key.ts";

/** What a caller wants done to a key that it has looked at. */
export interface ChangeRequest {
  readonly id: string;
  readonly action: "key.edited" | "key.disabled" | "key.enabled";
  /** The state that the caller saw; without it the change is made to whatever is current. */
  readonly seen: Pick<StoredKey, "generation" | "revision"> | undefined;
  /** Decides, where nobody else can change the key, what becomes of it. */
  readonly decide: (key: StoredKey, stores: KeyStores) => Outcome<KeyChanges> | Promise<Outcome<KeyChanges>>;
}

/** Changes a key before it returns, so that the next request is judged by what it is now. */
export async function changeKey(
  context: ServerContext,
  caller: Caller,
  { id, action, seen, decide }: ChangeRequest,
): Promise<Outcome<ChangedKey>> {
  try {
    return await context.storage.transaction(async (stores) => {
      const key = await stores.keys.getKey(id);
      if (key === null || !isVisible(caller.principal, key)) return keyNotFound();
      const isAsSeen =
        seen === undefined || (seen.generation === key.generation && seen.revision === key.revision);
      if (!isAsSeen) return keyChanged(key, stores.audit);
      const changes = await decide(key, stores);
      if (!changes.ok) return changes;
      const result = await stores.keys.changeKey({
        id,
        changes: changes.value,
        audit: { action, actor: actorOf(caller.principal), details: originOf(caller) },
      });
      if (!result.ok) return keyNotFound();
      return done({ key: viewKey(result.key), outcome: result.isChanged ? "changed" : "unchanged" });
    });
  } finally {
    await context.secrets.forget(id);
  }
}
