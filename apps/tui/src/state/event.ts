import type { ChangePage, Identity, ManagedKey, UsageReport } from "@keywarden/management";
import type { RotationPlan } from "@keywarden/rotation";
import type { KeyPress } from "../input/key-press.ts";
import type { MousePress } from "../input/mouse-press.ts";
import type { PlannedKey, RefusedKey, Target } from "./dialog.ts";
import type { RestrictField, RestrictPlan } from "./restrict/restrict-form.ts";
import type { ClockMove } from "@keywarden/inventory";
import type { CallFailure } from "./failure.ts";
import type { SourceId, Sources } from "./source.ts";

/** A call to the server as the log shows it: no headers, no bodies. */
export interface LoggedCall {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly outcome: string;
  readonly durationMs: number;
  /** What does the same on the command line; null for a call that changes nothing. */
  readonly command: string | null;
}

/** The server that is open, as the screen speaks of it. */
export interface OpenedContext {
  readonly server: string;
  readonly contextName: string;
  readonly isProduction: boolean;
  readonly hasApp: boolean;
}

/** A rotation that is under way on this machine. */
export interface Unfinished {
  readonly rotation: string;
  readonly keyId: string;
  readonly name: string;
  /** From when on it can go on; 0 for at once. */
  readonly dueAtMs: number;
}

type SourceRead = {
  readonly [Id in SourceId]: {
    readonly kind: "source-read";
    readonly source: Id;
    readonly subject: string | null;
    readonly value: Sources[Id];
    /** Whether the server has more than the newest that were read; absent where it has not. */
    readonly isPart?: boolean;
  };
}[SourceId];

/** Everything that can happen to the screen. `atMs` is session time: the server's, once an answer has told it. */
export type Event = { readonly atMs: number } & (
  | { readonly kind: "start" }
  | { readonly kind: "warned"; readonly text: string }
  | { readonly kind: "tick" }
  /** The session goes by another time from here on; `atMs` is of it already. */
  | ({ readonly kind: "clock-moved" } & ClockMove)
  | { readonly kind: "scan" }
  | { readonly kind: "press"; readonly press: KeyPress }
  | { readonly kind: "mouse"; readonly mouse: MousePress }
  | { readonly kind: "paste"; readonly text: string }
  | { readonly kind: "resize"; readonly columns: number; readonly rows: number }
  | { readonly kind: "identity"; readonly identity: Identity }
  | { readonly kind: "identity-failed"; readonly failure: CallFailure }
  | { readonly kind: "call"; readonly call: LoggedCall }
  | {
      readonly kind: "page";
      readonly loadId: number;
      readonly keys: readonly ManagedKey[];
      /** How many keys there are in all; null where the server does not count. */
      readonly total: number | null;
      readonly isLast: boolean;
    }
  | { readonly kind: "load-failed"; readonly loadId: number; readonly failure: CallFailure }
  | { readonly kind: "feed-begun"; readonly after: number; readonly mark?: string | undefined }
  | { readonly kind: "changes"; readonly page: ChangePage }
  | { readonly kind: "feed-failed"; readonly failure: CallFailure }
  | { readonly kind: "used"; readonly keys: readonly ManagedKey[]; readonly isLast: boolean }
  | SourceRead
  | {
      readonly kind: "source-failed";
      readonly source: SourceId;
      readonly subject: string | null;
      readonly failure: CallFailure;
    }
  | {
      readonly kind: "revoked";
      readonly target: Target;
      readonly key: ManagedKey;
      readonly isRepeat: boolean;
    }
  | {
      readonly kind: "key-switched";
      readonly act: "disable" | "enable";
      readonly target: Target;
      readonly key: ManagedKey;
      readonly isRepeat: boolean;
    }
  | {
      readonly kind: "restrictions-recalled";
      readonly target: Target;
      readonly key: ManagedKey;
      readonly fields: readonly RestrictField[];
    }
  | {
      readonly kind: "restrict-refused";
      readonly target: Target;
      /** What it is about; null where there was nothing to type into yet. */
      readonly typed: readonly RestrictField[] | null;
      readonly problem: string;
    }
  | {
      readonly kind: "restriction-planned";
      readonly target: Target;
      readonly typed: readonly RestrictField[];
      readonly plan: RestrictPlan;
    }
  | {
      readonly kind: "restricted";
      readonly target: Target;
      readonly key: ManagedKey;
      readonly isRepeat: boolean;
    }
  /** Null where it could not be read. */
  | { readonly kind: "usage-told"; readonly target: Target; readonly usage: UsageReport | null }
  | { readonly kind: "sinks-recalled"; readonly target: Target; readonly sinks: readonly string[] }
  | { readonly kind: "planned"; readonly target: Target; readonly typed: string; readonly plan: RotationPlan }
  | {
      readonly kind: "plan-refused";
      readonly target: Target;
      readonly typed: string;
      readonly problem: string;
    }
  | { readonly kind: "step"; readonly words: string }
  | {
      readonly kind: "rotated";
      readonly name: string;
      readonly isGood: boolean;
      readonly lines: readonly string[];
      /** The key as it is now; null where it could not be looked at. */
      readonly key: ManagedKey | null;
    }
  | {
      readonly kind: "planned-all";
      readonly typed: string;
      readonly planned: readonly PlannedKey[];
      readonly refused: readonly RefusedKey[];
    }
  | {
      readonly kind: "batch-done";
      readonly verb: "Revoked" | "Rotated";
      /** What became of each key that it worked out for. */
      readonly done: readonly string[];
      readonly failures: readonly string[];
    }
  /** Another server is open from here on; nothing of the one before is known any more. */
  | ({ readonly kind: "switched" } & OpenedContext)
  /** The logins of this machine are encrypted, and nobody has said the passphrase. */
  | { readonly kind: "passphrase-needed"; readonly wanted: string }
  | { readonly kind: "unfinished"; readonly rotations: readonly Unfinished[] }
  | { readonly kind: "action-failed"; readonly title: string; readonly failure: CallFailure }
);
