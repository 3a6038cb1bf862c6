import { done, type Outcome } from "../refusal.ts";
import type { ServerContext } from "../server-context.ts";
import { keyNotFound } from "./find-visible-key.ts";

/** Refuses the id of a key that there never was: that nothing was found for it would be true of a misspelt id, too. */
export async function requireKnownKey(
  { storage }: Pick<ServerContext, "storage">,
  id: string | undefined,
): Promise<Outcome<null>> {
  if (id === undefined || (await storage.keys.getKey(id)) !== null) return done(null);
  // What was done with a key outlasts it.
  const entries = await storage.audit.list({ subject: id, limit: 1 });
  return entries.length === 0 ? keyNotFound() : done(null);
}
