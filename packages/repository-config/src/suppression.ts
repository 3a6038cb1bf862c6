import type { AllowUse, ScanPolicy, Suppressor } from "@keywarden/scan";
import type { DocumentPosition } from "./json-document.ts";

/** Everything that decides the outcome of a finding. */
export interface SuppressionSetup {
  readonly policy: ScanPolicy;
  readonly suppressor: Suppressor;
  /** Patterns of paths that are not scanned. */
  readonly exclude: readonly Exclusion[];
  /** Gives a reported path relative to the top of the repository; `null` for a path that is not below it. */
  readonly fromTop: (shown: string) => string | null;
  /** Names the entries of `allow` that have expired and left findings behind. */
  readonly describeExpired: (uses: readonly AllowUse[]) => readonly string[];
}

export interface Exclusion {
  /** Its position in keywarden.json. */
  readonly position: DocumentPosition;
  readonly pattern: string;
  readonly matches: (path: string) => boolean;
}
