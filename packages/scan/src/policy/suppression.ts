import type { Finding } from "./finding.ts";

/** Why a finding is left alone although policy would report it. */
export type Suppression =
  | {
      readonly by: "inline";
      readonly reason: string;
      /** The comment of another scanner that is honoured; absent for `keywarden:allow`. */
      readonly comment?: string;
    }
  | { readonly by: "config"; readonly reason: string; readonly owner?: string }
  | { readonly by: "baseline"; readonly reason?: string; readonly owner?: string };

/** What a baseline says of a finding that it accepts. */
export interface BaselineEntry {
  readonly reason?: string;
  readonly owner?: string;
  /** The first instant at which the entry no longer holds. */
  readonly expiresAtMs?: number;
}

/** A finding that somebody has accepted; reports count it and never drop it in silence. */
export interface SuppressedFinding {
  readonly finding: Finding;
  readonly suppression: Suppression;
}

/** One entry of `allow`: it accepts the findings that fit everything it names. */
export interface AllowEntry {
  /** Whether a path below the top folder is meant; absent: every path. */
  readonly matchesPath?: (path: string) => boolean;
  /** The prefix of a format, or the id of one of the catalogue's, such as `github/classic-pat`. */
  readonly format?: string;
  /** A finding id. */
  readonly finding?: string;
  readonly fingerprint?: string;
  readonly reason: string;
  readonly owner?: string;
  /** The first instant at which the entry no longer holds. */
  readonly expiresAtMs?: number;
}

/** What an entry did in a scan. */
export interface AllowUse {
  /** How many keys it fits, whether or not something else accepts them or policy ignores them. */
  readonly matched: number;
  /** How many findings are reported again because it has expired. */
  readonly returned: number;
  readonly isExpired: boolean;
}
