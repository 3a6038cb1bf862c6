import { setImmediate } from "node:timers/promises";
import { type AuditPolicy, auditPolicyFor } from "@keywarden/hygiene";
import type { KeyCursor, StoredKey } from "@keywarden/storage";
import type { ServerContext } from "../server-context.ts";
import type { PolicyAct } from "./act.ts";
import { carryOut, POLICY_ACTOR, readTold } from "./carry-out.ts";
import { dueActs } from "./due-acts.ts";
import type { Policy } from "./policy.ts";
import type { PolicyRun, PolicyRunner } from "./policy-run.ts";

type Context = Pick<ServerContext, "providers" | "randomBytes" | "secrets" | "storage">;

const KEYS_AT_ONCE = 1000;
const MOST_SHOWN = 1000;
const PURGED_AT_ONCE = 100;
const DAY_MS = 86_400_000;

/** Makes what carries out whatever the policy is; `onFailure` hears of keys that it could not be carried out for. */
export function makePolicyRunner(
  context: Context,
  sources: {
    readonly policy: () => Policy | null;
    readonly channels: () => readonly string[];
    /** Writes when keys were used last, so that nobody's use is overlooked. */
    readonly flushUses: () => Promise<void>;
    readonly onFailure: (error: unknown, keyId: string) => void;
  },
): PolicyRunner {
  const { storage } = context;
  let last: PolicyRun | null = null;
  let ranAtMs = -Infinity;

  const hygieneOf = (id: string): AuditPolicy | null => {
    const provider = context.providers.get(id);
    return provider === undefined ? null : auditPolicyFor(provider.profile, sources.policy()?.hygiene ?? {});
  };

  const actsOf = async (key: StoredKey, policy: Policy): Promise<readonly PolicyAct[]> => {
    const rules = { policy, hygiene: hygieneOf(key.provider) };
    // Most keys ask for nothing, and then nothing has to be remembered.
    if (dueActs(key, [], rules).length === 0) return [];
    const acts = dueActs(key, await readTold(storage, key.id), rules);
    if (!policy.armed || acts.length === 0) return acts;
    const decide = (current: StoredKey, told: Parameters<typeof dueActs>[1]) => dueActs(current, told, rules);
    return carryOut(context, key.id, decide, sources.channels());
  };

  const purge = async ({ armed, purgeRevokedAfterDays: afterDays }: Policy): Promise<number> => {
    if (afterDays === null) return 0;
    const revokedBeforeMs = storage.now() - afterDays * DAY_MS;
    if (!armed) return storage.keys.countRevoked(revokedBeforeMs);
    const audit = { action: "key.purged", actor: POLICY_ACTOR };
    for (let purged = 0; ;) {
      const ids = await storage.keys.purgeKeys({ revokedBeforeMs, limit: PURGED_AT_ONCE, audit });
      for (const id of ids) await context.secrets.forget(id);
      purged += ids.length;
      if (ids.length < PURGED_AT_ONCE) return purged;
    }
  };

  const run = async (): Promise<PolicyRun | null> => {
    const policy = sources.policy();
    ranAtMs = storage.now();
    if (policy === null) return null;
    await sources.flushUses();
    const acts: (PolicyAct & { readonly key: StoredKey })[] = [];
    const counts = { count: 0, failed: 0, unjudged: 0 };
    for (let after: KeyCursor | null = null; ;) {
      const page = await storage.keys.listKeys({ limit: KEYS_AT_ONCE, after, state: "active" });
      for (const key of page.keys) {
        if (!context.providers.has(key.provider)) counts.unjudged += 1;
        try {
          for (const act of await actsOf(key, policy)) {
            counts.count += 1;
            if (acts.length < MOST_SHOWN) acts.push({ ...act, key });
          }
        } catch (error) {
          counts.failed += 1;
          sources.onFailure(error, key.id);
        }
      }
      after = page.next;
      if (after === null) break;
      await setImmediate();
    }
    last = { atMs: ranAtMs, isArmed: policy.armed, acts, ...counts, purged: await purge(policy) };
    return last;
  };

  return {
    run,
    last: () => last,
    policy: sources.policy,
    hygieneOf,
    tick: async () => {
      const policy = sources.policy();
      if (policy === null || storage.now() - ranAtMs < policy.everyMinutes * 60_000) return;
      await run();
    },
  };
}
