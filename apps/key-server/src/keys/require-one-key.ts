import { limitsOf, type Caller } from "../auth/principal.ts";
import { describeLimits } from "../auth/token-limits.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import type { ServerContext } from "../server-context.ts";
import { findVisibleKey } from "./find-visible-key.ts";

/** Lets a token with limits ask about one key within them; everybody else may ask about all keys. */
export async function requireOneKey(
  context: ServerContext,
  { principal }: Caller,
  keyId: string | undefined,
): Promise<Outcome<null>> {
  const limits = limitsOf(principal);
  if (limits === null) return done(null);
  if (keyId === undefined)
    return refuse(
      "FORBIDDEN",
      `this token is limited to ${describeLimits(limits)}, so it has to ask about one key: ?key=<id>`,
    );
  const key = await findVisibleKey(context, principal, keyId);
  return key.ok ? done(null) : key;
}
