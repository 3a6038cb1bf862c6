import type { Identity, ManagedKey } from "@keywarden/management";
import type { RotationPlan } from "@keywarden/rotation";
import type { KeyPress } from "../keys/key-press.ts";
import type { Target } from "./dialog.ts";

/** A call to the server as the log shows it: no headers, no bodies. */
export interface Call {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly outcome: string;
  readonly durationMs: number;
}

/** A rotation that is under way on this machine. */
export interface Unfinished {
  readonly rotation: string;
  readonly name: string;
  /** From when on it can go on; 0 for at once. */
  readonly dueAtMs: number;
}

/** A call that failed, in words for the operator. */
export interface Failure {
  readonly message: string;
  readonly advice: string;
  /** How long the server asked to wait. */
  readonly retryAfterMs?: number | undefined;
  /** Whether another token would help. */
  readonly isUnauthorised?: boolean | undefined;
}

/** Everything that can happen to the screen. `atMs` is session time: wall clock at start plus a monotonic delta. */
export type Event = { readonly atMs: number } & (
  | { readonly kind: "start" }
  | { readonly kind: "warned"; readonly text: string }
  | { readonly kind: "tick" }
  | { readonly kind: "press"; readonly press: KeyPress }
  | { readonly kind: "paste"; readonly text: string }
  | { readonly kind: "resize"; readonly columns: number; readonly rows: number }
  | { readonly kind: "identity"; readonly identity: Identity }
  | { readonly kind: "identity-failed"; readonly failure: Failure }
  | { readonly kind: "call"; readonly call: Call }
  | {
      readonly kind: "page";
      readonly loadId: number;
      readonly keys: readonly ManagedKey[];
      readonly isLast: boolean;
    }
  | { readonly kind: "load-failed"; readonly loadId: number; readonly failure: Failure }
  | {
      readonly kind: "revoked";
      readonly target: Target;
      readonly key: ManagedKey;
      readonly isRepeat: boolean;
    }
  | { readonly kind: "sinks-recalled"; readonly target: Target; readonly sinks: readonly string[] }
  | { readonly kind: "planned"; readonly target: Target; readonly typed: string; readonly plan: RotationPlan }
  | {
      readonly kind: "plan-refused";
      readonly target: Target;
      readonly typed: string;
      readonly problem: string;
    }
  | { readonly kind: "rotation-step"; readonly words: string }
  | {
      readonly kind: "rotated";
      readonly name: string;
      readonly isGood: boolean;
      readonly lines: readonly string[];
      /** The key as it is now; null where it could not be looked at. */
      readonly key: ManagedKey | null;
    }
  | { readonly kind: "unfinished"; readonly rotations: readonly Unfinished[] }
  | { readonly kind: "action-failed"; readonly title: string; readonly failure: Failure }
);
