import type { Secret } from "@keywarden/key-format";
import type { Identity, ManagedKey } from "@keywarden/management";
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

/** A call that failed, in words for the operator. */
export interface Failure {
  readonly message: string;
  readonly advice: string;
  /** How long the server asked to wait. */
  readonly retryAfterMs?: number | undefined;
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
  | { readonly kind: "destination-checked"; readonly path: string; readonly problem: string }
  | {
      readonly kind: "rotated";
      readonly target: Target;
      readonly key: ManagedKey;
      readonly graceSeconds: number;
      /** Absent where the operator chose to discard the new key. */
      readonly savedTo?: string | undefined;
      /** Present where the key was rotated but the file could not be written. */
      readonly unsaved?: { readonly secret: Secret; readonly problem: string } | undefined;
    }
  | { readonly kind: "saved"; readonly target: Target; readonly path: string }
  | { readonly kind: "save-failed"; readonly problem: string }
  | { readonly kind: "action-failed"; readonly title: string; readonly failure: Failure }
);
