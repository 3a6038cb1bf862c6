import type { AuditPolicy } from "@keywarden/hygiene";
import type { StoredKey } from "@keywarden/storage";
import type { PolicyAct } from "./act.ts";
import type { Policy } from "./policy.ts";

/** What a run found, and did where the policy is armed. */
export interface PolicyRun {
  readonly atMs: number;
  readonly isArmed: boolean;
  readonly acts: readonly (PolicyAct & { readonly key: StoredKey })[];
  /** All of them; `acts` has the first thousand. */
  readonly count: number;
  readonly purged: number;
  /** Keys of which something failed; the next run tries again. */
  readonly failed: number;
  /** Keys of providers that this server does not know: neither warned of, nor rotated, nor disabled here. */
  readonly unjudged: number;
}

export interface PolicyRunner {
  /** Runs when it is time to; to be called about once a second. */
  tick(): Promise<void>;
  run(): Promise<PolicyRun | null>;
  last(): PolicyRun | null;
  policy(): Policy | null;
  /** What a provider's keys are held to; null where this server does not describe it. */
  hygieneOf(provider: string): AuditPolicy | null;
}
