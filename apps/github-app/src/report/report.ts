import type { Environment, KeyKind } from "@keywarden/key-format";
import type { StoredOccurrence } from "@keywarden/storage";
import type { Mode } from "../config.ts";
import type { Scanned } from "../jobs/job-payloads.ts";
import { annotationsFor } from "./annotations.ts";
import type { Annotation } from "./annotations.ts";
import { conclude } from "./conclusion.ts";
import type { Conclusion } from "./conclusion.ts";
import { summarise } from "./summary.ts";

/** What became of a key that was found. */
export type Fate =
  | { readonly is: "revoked"; readonly afterMs: number }
  | { readonly is: "would-revoke" }
  | { readonly is: "held"; readonly by: "kill-switch" | "breaker" }
  | { readonly is: "in-grace" }
  | { readonly is: "in-history" }
  | { readonly is: "inactive" }
  | { readonly is: "not-production" }
  | { readonly is: "not-ours" }
  | { readonly is: "unknown" };

export interface ReportedKey {
  /** The owner's name as people know it; null when no owner knows the key. */
  readonly providerName: string | null;
  readonly redacted: string;
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly fate: Fate;
  readonly occurrences: readonly StoredOccurrence[];
}

export interface ReportInput {
  readonly mode: Mode;
  readonly isPublic: boolean;
  readonly keys: readonly ReportedKey[];
  readonly scanned: Scanned;
  /** The code with which the scan was given up. */
  readonly scanGivenUp: string | undefined;
}

/** A check run's content, within GitHub's limits. */
export interface Report {
  readonly title: string;
  readonly summary: string;
  readonly conclusion: Conclusion;
  readonly annotations: readonly Annotation[];
}

/** Renders what was found and done as a check run. */
export function renderReport(input: ReportInput): Report {
  return { ...summarise(input), conclusion: conclude(input), annotations: annotationsFor(input) };
}
