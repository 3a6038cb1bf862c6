import { randomBytes } from "node:crypto";
import { redactWithin, type ManagedProvider, type Secret } from "@keywarden/key-format";
import { capabilitiesOf, type Capabilities } from "../dialects/capabilities.ts";
import { dialectOf } from "../dialects/dialects.ts";
import { ManagementError } from "../client/management-error.ts";
import type { Check } from "./check.ts";
import { Unchecked, Unkept } from "./demand.ts";
import { endChecks } from "./end-checks.ts";
import { lifeChecks } from "./life-checks.ts";
import { rotationChecks } from "./rotation-checks.ts";
import { World, type WorldOptions } from "./world.ts";

export interface ConformanceOptions {
  /** Describes the API: its keys, its dialect, its capabilities. */
  readonly profile: ManagedProvider;
  /** Instead of what the profile promises. */
  readonly capabilities?: Partial<Capabilities> | undefined;
  /** Where the management API begins. */
  readonly baseUrl: string;
  /** Where keys are used; the base URL unless it is elsewhere. */
  readonly callUrl?: string | undefined;
  /** A credential that may create, list, rotate and revoke keys. */
  readonly token: Secret;
  readonly travel?: WorldOptions["travel"];
  readonly fetch?: typeof fetch | undefined;
  readonly timeoutMs?: number | undefined;
  readonly onCheck?: ((result: CheckResult) => void) | undefined;
}

export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly status: "passed" | "failed" | "not-checked";
  /** Why; empty for what passed. */
  readonly detail: string;
}

export interface ConformanceReport {
  readonly provider: string;
  readonly baseUrl: string;
  readonly checks: readonly CheckResult[];
  /** Ids of keys that the run made and could not revoke. */
  readonly leftOver: readonly string[];
  /** Whether nothing failed; what was not checked does not count. */
  readonly isConformant: boolean;
}

const checks: readonly Check[] = [...lifeChecks, ...rotationChecks, ...endChecks];

/** What is checked, in order. */
export const conformanceChecks: readonly { readonly id: string; readonly title: string }[] = checks.map(
  ({ id, title }) => ({ id, title }),
);

/**
 * Tries a management API over HTTP against its own profile: makes keys of its own, rotates, uses and revokes them, and
 * leaves all other keys alone.
 *
 * @throws {@link ManagementError} MANAGEMENT_UNKNOWN_DIALECT, MANAGEMENT_BAD_URL
 */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const { profile, baseUrl } = options;
  const dialect = dialectOf(profile.dialect);
  const capabilities = { ...capabilitiesOf(profile, "provider"), ...options.capabilities };
  const world = new World({ ...options, dialect, capabilities, randomBytes });
  const results: CheckResult[] = [];
  for (const check of checks) {
    const result = await runCheck(check, world, profile);
    results.push(result);
    options.onCheck?.(result);
  }
  const leftOver = await world.cleanUp();
  const isConformant = leftOver.length === 0 && results.every(({ status }) => status !== "failed");
  return { provider: profile.id, baseUrl, checks: results, leftOver, isConformant };
}

async function runCheck(check: Check, world: World, profile: ManagedProvider): Promise<CheckResult> {
  const { id, title } = check;
  try {
    await check.run(world);
    return { id, title, status: "passed", detail: "" };
  } catch (error) {
    const isKnown = error instanceof Unkept || error instanceof Unchecked || error instanceof ManagementError;
    if (!isKnown) throw error;
    const detail = redactWithin(error.message, [profile]);
    return { id, title, status: error instanceof Unchecked ? "not-checked" : "failed", detail };
  }
}
