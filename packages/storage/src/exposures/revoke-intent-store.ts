import type { NewAuditEntry } from "../audit/audit-log.ts";

/** `intended` until the owner's answer is recorded; after a crash in between the owner has to be asked again. */
export type RevokeIntentState = "intended" | "revoked" | "already-revoked" | "failed";

export interface RevokeIntent {
  readonly provider: string;
  readonly keyId: string;
  readonly state: RevokeIntentState;
  readonly intendedAtMs: number;
  readonly finishedAtMs: number | null;
  readonly errorCode: string | null;
}

/** What the app is about to revoke or has revoked: at most one intent for a provider's key, ever. */
export interface RevokeIntentStore {
  /**
   * Writes the intent and its audit line before the owner is called. A `failed` intent is opened again;
   * an unfinished or successful one is returned as it is, with `opened: false` and no audit line.
   */
  open(
    key: { readonly provider: string; readonly keyId: string },
    audit: NewAuditEntry,
  ): Promise<{ readonly opened: boolean; readonly intent: RevokeIntent }>;
  /** Writes the result and its audit line; `false` when there is no unfinished intent. */
  finish(
    key: { readonly provider: string; readonly keyId: string },
    result:
      | { readonly state: "revoked" | "already-revoked" }
      | { readonly state: "failed"; readonly errorCode: string },
    audit: NewAuditEntry,
  ): Promise<boolean>;
  get(key: { readonly provider: string; readonly keyId: string }): Promise<RevokeIntent | null>;
  /** Intents whose result is not recorded, oldest first. */
  listUnfinished(): Promise<readonly RevokeIntent[]>;
  /** How many keys were revoked at or after the moment, or are about to be: what a rate breaker needs. */
  countRevocationsSince(sinceMs: number): Promise<number>;
  /** The same of one provider's keys, those apart of which it is not known yet whether they were. */
  countRevocationsOf(
    provider: string,
    sinceMs: number,
  ): Promise<{ readonly ended: number; readonly underWay: number }>;
}
