import type { Environment, KeyKind } from "@keywarden/key-format";

/** What hygiene needs to know of a key. Times are epoch milliseconds on the inventory's own clock. */
export interface KeyFacts {
  readonly id: string;
  /** The provider's id. */
  readonly provider: string;
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly createdAtMs: number;
  /** When the current secret was made: creation, or the last rotation. */
  readonly secretCreatedAtMs: number;
  /** `null` when no use was seen since `trackingSinceMs`. */
  readonly lastUsedAtMs: number | null;
  /** Since when uses are recorded; `null` when nobody says, and then the absence of a use proves nothing. */
  readonly trackingSinceMs: number | null;
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;
  /** Until when the secret before the current one is valid too; `null` when there is none. */
  readonly graceUntilMs: number | null;
}
