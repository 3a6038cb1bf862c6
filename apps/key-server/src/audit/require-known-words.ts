import { meantOrKnown } from "@keywarden/key-format";
import { requireKnownKey } from "../keys/require-known-key.ts";
import { requireKnownProvider } from "../keys/require-known-provider.ts";
import { POLICY_ACTOR } from "../policy/carry-out.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import type { ServerContext } from "../server-context.ts";
import { auditActions } from "./audit-actions.ts";

/** Who acts without a token, a key or an account. */
const programs: ReadonlySet<string> = new Set([
  "keywarden-server",
  "keywarden-server token create",
  POLICY_ACTOR,
  "unknown",
]);

/** Tells whether somebody who has done nothing yet would be written so. A person is, from signing in on. */
async function mayActAs({ storage }: Pick<ServerContext, "storage">, actor: string): Promise<boolean> {
  const [, sort, name = ""] = /^(token|key):(.*)$/su.exec(actor) ?? [];
  if (sort === "token") return (await storage.tokens.list()).some((token) => token.name === name);
  return sort === "key" ? (await storage.keys.getKey(name)) !== null : programs.has(actor);
}

interface Words {
  readonly key?: string | undefined;
  readonly provider?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
}

/**
 * Refuses words that no entry of the audit has and none could have, once nothing was found for them: that nothing was
 * done would be true of a misspelt action, too.
 */
export async function requireKnownWords(
  context: Pick<ServerContext, "providers" | "totals" | "storage">,
  { key, provider, actor, action }: Words,
): Promise<Outcome<null>> {
  const { audit } = context.storage;
  const there = await requireKnownKey(context, key);
  if (!there.ok) return there;
  const isWritten = async (word: Words): Promise<boolean> =>
    (await audit.list({ ...(word as Record<string, string>), limit: 1 })).length > 0;
  const known: readonly string[] = auditActions;
  if (action !== undefined && !known.includes(action) && !(await isWritten({ action }))) {
    const meant = meantOrKnown(action, known, "actions");
    return refuse("BAD_REQUEST", `action: there is no action ${action}.${meant}`);
  }
  if (actor !== undefined && !(await mayActAs(context, actor)) && !(await isWritten({ actor }))) {
    return refuse(
      "BAD_REQUEST",
      `actor: nobody is written as ${actor}, and there is no such token, key or program; entries name token:<name>, key:<id>, person:<name> or a program`,
    );
  }
  // The entries of a provider outlast its keys.
  if (provider === undefined || (await isWritten({ provider }))) return done(null);
  return requireKnownProvider(context, provider);
}
