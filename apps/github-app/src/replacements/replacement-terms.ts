import { didYouMean } from "@keywarden/key-format";
import type { ManagedProvider } from "@keywarden/key-format";
import { capabilitiesOf, dialects } from "@keywarden/management";
import { openSink, SinkError } from "@keywarden/rotation";
import * as z from "zod";
import { AppError } from "../app-error.ts";
import { rotateThenRevoke } from "../policy-rule.ts";
import type { PolicyRule } from "../policy-rule.ts";

/** How an exposed key is replaced before it is revoked. */
export const rotationSchema = z.strictObject({
  /** After so long an exposed key waits for its successor no more. */
  deadlineMinutes: z.number().positive().max(1_440).default(15),
  /** What happens to a key that has no successor by then, or can have none. */
  otherwise: z.enum(["revoke", "hold"]).default("revoke"),
  sinks: z
    .array(
      z.strictObject({
        provider: z.string(),
        /** Its id, SHA-256 fingerprint or name. */
        key: z.string().min(1),
        to: z.array(z.string().min(1)).min(1, "must name at least one sink"),
        /** Where the new key is tried, where that is not below the provider's baseUrl. */
        callUrl: z.url({ protocol: /^https?$/u, error: "must be an http or https URL" }).optional(),
      }),
    )
    .min(1, "must name where the successor of at least one key goes"),
});

/** Where the successor of one key goes. */
export type ReplacementSinks = z.infer<typeof rotationSchema>["sinks"][number];

export interface ReplacementTerms {
  readonly deadlineMs: number;
  readonly otherwise: "revoke" | "hold";
  readonly sinks: readonly ReplacementSinks[];
  /** Absolute: where relative sinks begin. */
  readonly directory: string;
}

/**
 * Checks that what the policy promises can be kept: each provider whose keys it replaces can make a second key, and there
 * is somewhere to deliver it.
 *
 * @returns null where nothing is to be replaced
 * @throws {@link AppError} APP_CONFIG with every problem on a line of its own
 */
export function readReplacementTerms(options: {
  readonly policy: readonly PolicyRule[];
  readonly rotation: z.infer<typeof rotationSchema> | undefined;
  /** Those whose APIs are configured. */
  readonly configured: readonly string[];
  readonly managedProviders: readonly ManagedProvider[];
  readonly directory: string;
}): ReplacementTerms | null {
  const { policy, rotation, configured, managedProviders, directory } = options;
  const rules = policy.flatMap(({ action, provider }, index) =>
    action === rotateThenRevoke ? [{ index, provider }] : [],
  );
  const problems: string[] = [];
  for (const { index, provider: named } of rules) {
    if (rotation === undefined) {
      problems.push(
        `policy[${index}].action: ${rotateThenRevoke} needs "rotation", whose sinks say where the successor of a key goes`,
      );
      continue;
    }
    for (const id of configured.filter((one) => named === undefined || named.includes(one))) {
      const why = whyNotReplaceable(managedProviders.find((one) => one.id === id));
      if (why !== null)
        problems.push(
          `policy[${index}].action: ${rotateThenRevoke} cannot be done for ${id}: ${why}; name the others in the rule's "provider"`,
        );
      else if (!rotation.sinks.some(({ provider }) => provider === id))
        problems.push(
          `policy[${index}].action: rotation.sinks names no sink for the keys of ${id}, so none of them could be replaced`,
        );
    }
  }
  for (const [index, { provider, to }] of (rotation?.sinks ?? []).entries()) {
    if (!configured.includes(provider))
      problems.push(
        `rotation.sinks[${index}].provider: "${provider}" is not among "providers".${didYouMean(provider, configured)}`,
      );
    for (const target of to) problems.push(...problemsOf(target, directory, `rotation.sinks[${index}].to`));
  }
  if (problems.length > 0) throw new AppError("APP_CONFIG", problems.join("\n"));
  if (rotation === undefined) return null;
  const { deadlineMinutes, otherwise, sinks } = rotation;
  return { deadlineMs: deadlineMinutes * 60_000, otherwise, sinks, directory };
}

/** Says why no second key can be made beside the exposed one; null where one can. */
function whyNotReplaceable(profile: ManagedProvider | undefined): string | null {
  if (profile === undefined || dialects[profile.dialect] === undefined)
    return "its API makes no keys that Keywarden knows of";
  const { procedure, list } = capabilitiesOf(profile, "provider");
  if (procedure === "server-side")
    return "it replaces a key's secret in place, so the exposed one could not be ended before its grace period is over";
  return list ? null : "its API does not list keys, so a second successor could not be ruled out";
}

function problemsOf(target: string, directory: string, setting: string): readonly string[] {
  try {
    openSink(target, { env: {}, directory, fetch });
    return [];
  } catch (error) {
    if (error instanceof SinkError) return [`${setting}: ${error.message}`];
    throw error;
  }
}

/**
 * Refuses what a shared database cannot keep: the journal of a rotation and its sealed successor are on one machine, and
 * another App would make a second one.
 *
 * @throws {@link AppError} APP_CONFIG
 */
export function requireOwnStorage(
  { replacement }: { readonly replacement: ReplacementTerms | null },
  databaseUrl: string | null,
): void {
  if (replacement === null || databaseUrl === null) return;
  throw new AppError(
    "APP_CONFIG",
    `policy: ${rotateThenRevoke} works with the storage in --data alone, not with DATABASE_URL: the journal of a rotation and its sealed successor are on one machine, and another App would make a second successor; remove "rotation" and these rules, or give their repositories to an App of its own`,
  );
}
