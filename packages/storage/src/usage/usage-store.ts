import type { Environment } from "@keywarden/key-format";

/** How long one row's span is: whole UTC minutes, hours and days. */
export type UsageWidth = "minute" | "hour" | "day";

export const usageWidthsMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** How long each width is kept at least; a narrower one then becomes the next wider, and days are forgotten. */
export const usageKeptMs = {
  minute: 3 * usageWidthsMs.hour,
  hour: 14 * usageWidthsMs.day,
  day: 400 * usageWidthsMs.day,
} as const;

/** The `outcome` of a verification that succeeded; every other outcome is a reason for its refusal. */
export const ALLOWED = "allowed";

export interface UsageCount {
  /** `null` for attempts with keys that nobody issued. */
  readonly keyId: string | null;
  /** Start of the minute, epoch milliseconds. */
  readonly startMs: number;
  readonly outcome: string;
  readonly country: string;
  readonly feature: string;
  readonly requests: number;
}

/** Whose usage: one key's, that of all keys alike in what is named, or, with `keyId: null`, that of strangers' keys. */
export type UsageScope =
  | { readonly keyId: string | null }
  | {
      readonly provider?: string | undefined;
      readonly tenant?: string | undefined;
      readonly environment?: Environment | undefined;
    };

export interface UsageQuery {
  readonly scope: UsageScope;
  /** Half-open: rows that begin at `fromMs` or later and before `toMs`. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly width: UsageWidth;
}

export interface UsageShare {
  readonly name: string;
  readonly requests: number;
  readonly denied: number;
}

export interface UsageReport {
  /** In order of time; spans without requests are absent. */
  readonly buckets: readonly {
    readonly startMs: number;
    readonly requests: number;
    readonly denied: number;
  }[];
  /** The three ways to divide the same requests, most first. */
  readonly outcomes: readonly UsageShare[];
  readonly countries: readonly UsageShare[];
  readonly features: readonly UsageShare[];
}

/** Counts of verifications. Each one is in exactly one row, whatever its width, so sums neither lose nor repeat any. */
export interface UsageStore {
  /** Adds to the rows of minutes. */
  add(counts: readonly UsageCount[]): Promise<void>;
  read(query: UsageQuery): Promise<UsageReport>;
  /** Requests and refusals of one key in the rows that begin within a half-open time. */
  total(
    keyId: string,
    fromMs: number,
    toMs: number,
  ): Promise<{ readonly requests: number; readonly denied: number }>;
  /** From where a key was ever let in, within what is kept. */
  countriesOf(keyId: string): Promise<readonly UsageShare[]>;
  /**
   * Makes the oldest span that is past its time part of the next wider one, or forgets it where it is a day.
   * Returns whether there was one, so that a caller does as many as it has time for.
   */
  rollUp(): Promise<boolean>;
  /** When this database began to count. */
  countedSinceMs(): Promise<number>;
}
