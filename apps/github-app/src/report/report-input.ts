import type { Environment, KeyKind } from "@keywarden/key-format";
import type { StoredOccurrence } from "@keywarden/storage";
import type { RevocationMode } from "../policy.ts";
import type { Scanned } from "../jobs/job-payloads.ts";

/** What became of a key that was found. */
export type KeyOutcome =
  | { readonly is: "revoked"; readonly afterMs: number }
  | { readonly is: "would-revoke" }
  | { readonly is: "held"; readonly by: "kill-switch" | "breaker" | "policy" }
  | { readonly is: "replacing" }
  | { readonly is: "own-token" }
  | { readonly is: "refused" }
  | { readonly is: "not-revoked-yet" }
  | { readonly is: "rejected" }
  | { readonly is: "policy-reports" }
  | { readonly is: "in-grace" }
  | { readonly is: "in-history" }
  | { readonly is: "of-unknown-age" }
  | { readonly is: "of-unknown-environment" }
  | { readonly is: "inactive" }
  | { readonly is: "not-production" }
  | { readonly is: "not-ours" }
  /** Written like a key of a provider that the App has not been told how to ask. */
  | { readonly is: "of-another" | "perhaps-of-another"; readonly docs: string | null }
  | { readonly is: "unknown" };

export interface ReportedKey {
  /** The provider's name as people know it; null when no provider knows the key. */
  readonly providerName: string | null;
  readonly redacted: string;
  readonly kind: KeyKind;
  /** `null` where nothing says which. */
  readonly environment: Environment | null;
  readonly outcome: KeyOutcome;
  readonly occurrences: readonly StoredOccurrence[];
}

export interface ReportInput {
  readonly mode: RevocationMode;
  readonly isPublic: boolean;
  /** Those that the commit brings in. */
  readonly keys: readonly ReportedKey[];
  /** There were more keys, of which nothing may be said. */
  readonly hidesKeys?: boolean;
  /** Earlier commits of the same pushes that bring in keys; each has a report of its own. */
  readonly earlier: readonly { readonly commit: string; readonly keys: readonly ReportedKey[] }[];
  /** There are more commits that may belong to {@link earlier} than were looked through. */
  readonly hasMoreEarlier?: boolean;
  /** `null` while the scan is under way. */
  readonly scanned: Scanned | null;
  /** The code with which the scan was given up. */
  readonly scanGivenUp: string | undefined;
  /** False while something is under way: then no key and no location is told yet. */
  readonly isFinal: boolean;
}
