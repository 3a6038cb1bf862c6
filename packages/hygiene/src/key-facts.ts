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
  /** Since when uses are recorded; `null` if unknown, and then the absence of a use proves nothing. */
  readonly trackingSinceMs: number | null;
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;
  /** Until when the previous secret is valid as well; `null` if there is none. */
  readonly graceUntilMs: number | null;
}

/** Someone who had the key in front of them. */
export interface KeySight {
  readonly member: string;
  /** What they did with it, as a verb in the past: created, rotated, read. */
  readonly how: string;
  /** `null` if the time is unknown; then it may have been the current secret. */
  readonly atMs: number | null;
}

/** A key with the facts that an audit needs besides its times. An absent property is unknown to the inventory. */
export interface AuditedKey extends KeyFacts {
  /** Who answers for it; `null` if nobody does. */
  readonly owner?: string | null;
  readonly seenBy?: readonly KeySight[];
  readonly tenant?: string;
  /** What it is bound to beside its tenant and product; empty when it may do all of its kind from anywhere. */
  readonly restrictions?: readonly string[];
  /** As the inventory keeps them; {@link readTags} says what they mean. */
  readonly tags?: readonly string[];
  /** The services that use it. */
  readonly services?: readonly string[];
  /** Where it is deployed. */
  readonly deployedIn?: readonly Deployment[];
  /** When another key was made to succeed this one. */
  readonly replacedAtMs?: number;
  /** SHA-256 of the key text, which reveals one value under two ids. */
  readonly fingerprint?: string;
}

/** What a location is for. Everything but `production` is a location for test keys. */
export type Deployment = "production" | "staging" | "development" | "test" | "ci";
