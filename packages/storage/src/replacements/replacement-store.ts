/**
 * `under-way`: a successor is made and delivered. `delivered`: it works wherever it is needed. `impossible`: there can be
 * none. `overdue`: its time is up. `finished`: it works, and the exposed key has ended.
 */
export type ReplacementState = "under-way" | "delivered" | "impossible" | "overdue" | "finished";

/** The successor of an exposed key, which is delivered before the key is revoked. */
export interface Replacement {
  readonly provider: string;
  /** Of the exposed key. */
  readonly keyId: string;
  /** Id of the rotation, whose journal tells the rest. */
  readonly rotation: string;
  readonly state: ReplacementState;
  /** What stands in the way, as a sentence without a key; `null` while nothing does. */
  readonly why: string | null;
  readonly successorId: string | null;
  readonly startedAtMs: number;
  /** When it is `overdue`, unless it was delivered before. */
  readonly dueAtMs: number;
  readonly changedAtMs: number;
}

export type ReplacedKey = Pick<Replacement, "provider" | "keyId">;

/** Successors by the exposed key that they replace. */
export interface ReplacementStore {
  /** Begins one that is due `withinMs` from now, where there is none yet, and gives the one that there is. */
  begin(
    key: ReplacedKey,
    plan: Pick<Replacement, "rotation"> & { readonly withinMs: number },
  ): Promise<Replacement>;
  get(key: ReplacedKey): Promise<Replacement | null>;
  /** Records how far it is; what is not named stays. */
  change(key: ReplacedKey, to: Partial<Pick<Replacement, "state" | "why" | "successorId">>): Promise<void>;
  /** Those that have not ended and are in someone's way: with a `why`, or past their time. By their start. */
  listStuck(): Promise<readonly Replacement[]>;
  counts(): Promise<Readonly<Record<ReplacementState, number>>>;
}
