import type { Environment, KeyKind } from "@keywarden/key-format";
import type { NewAuditEntry } from "../audit/audit-log.ts";

/**
 * `waiting`: nobody could be asked yet. `revoke`: it is about to be revoked. `revoked`: ended because of this. `held`:
 * a person has to approve. `would-revoke`: it would be revoked, were the App armed. `reported`: nothing more is done.
 */
export type DecisionState = "waiting" | "revoke" | "revoked" | "held" | "would-revoke" | "reported";

/** What the providers said of a key: `mine-…` by the one that issued it, `not-ours` when each says that it did not. */
export type StoredOwnership = "mine-active" | "mine-in-grace" | "mine-inactive" | "not-ours";

/** Whether what introduces a key was there before the App, by the graph. */
export type StoredProvenance = "came-after" | "history" | "unknown";

/** What stood in the way when the key was to be revoked; only an approval takes it back. */
export type Hold = "kill-switch" | "breaker" | "own-token" | "refused";

/** Who showed the key first; for the audit and for people. */
export interface Observed {
  /** `push`, `sweep`, `backfill` … */
  readonly source: string;
  readonly delivery: string | null;
  readonly pusher: string | null;
  readonly head: string | null;
}

export interface Approval {
  readonly verdict: "approved" | "rejected";
  /** The person. */
  readonly by: string;
  readonly atMs: number;
}

/** What a repository asks for about such keys, whatever less the App's operator has set. */
export interface LeastAction {
  readonly kind: Exclude<KeyKind, "publishable">;
  readonly environment: Environment;
  readonly action: "report" | "ask";
}

/** The facts that a decision follows from, apart from the exposure's own. */
export interface DecisionFacts {
  /** `null` until each provider that could know has answered. */
  readonly ownership: StoredOwnership | null;
  readonly provider: string | null;
  readonly keyId: string | null;
  /** As its provider states them; `null` while none has. */
  readonly keyKind: KeyKind | null;
  readonly keyEnvironment: Environment | null;
  readonly provenance: StoredProvenance;
  readonly hold: Hold | null;
  readonly approval: Approval | null;
}

/** What is to be done about one exposure, and why. */
export interface Decision extends DecisionFacts {
  readonly exposureId: number;
  readonly state: DecisionState;
  /** A code, such as `in-history`; the App has the sentence for it. */
  readonly reason: string;
  readonly decidedAtMs: number;
  readonly observed: Observed;
  /** When the first observation that showed the key came in. */
  readonly receivedAtMs: number;
}

export interface DecisionQuery {
  readonly states?: readonly DecisionState[];
  /** Those after this exposure. */
  readonly afterId?: number;
  readonly limit?: number;
}

/** Decisions, one for each exposure: facts that grow, and the state that follows from them. */
export interface DecisionStore {
  /**
   * Makes the decision of an exposure, `waiting`, or brings its provenance up to date: `came-after` stays for good.
   * The earliest observation is kept, and of the least actions the strictest.
   */
  observe(
    exposureId: number,
    seen: {
      readonly provenance: StoredProvenance;
      readonly observed: Observed;
      readonly receivedAtMs: number;
      readonly least?: readonly LeastAction[];
    },
  ): Promise<void>;
  listLeast(exposureId: number): Promise<readonly LeastAction[]>;
  setFacts(exposureId: number, facts: Partial<DecisionFacts>): Promise<void>;
  /** Records what follows from the facts, with its audit line; `false` when that was the decision already. */
  settle(
    exposureId: number,
    decision: { readonly state: DecisionState; readonly reason: string },
    audit?: NewAuditEntry,
  ): Promise<boolean>;
  get(exposureId: number): Promise<Decision | null>;
  /** By exposure id, ascending. */
  list(query?: DecisionQuery): Promise<readonly Decision[]>;
  /** Every decision about one provider's key, over all repositories. */
  listByKey(key: { readonly provider: string; readonly keyId: string }): Promise<readonly Decision[]>;
  counts(): Promise<Readonly<Record<DecisionState, number>>>;
}
