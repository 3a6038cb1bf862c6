import type { Secret } from "@keywarden/key-format";
import { ManagementError } from "@keywarden/management";
import {
  nextStep,
  RotationError,
  SinkError,
  type JournalEntry,
  type RotationPlan,
  type RotationState,
} from "@keywarden/rotation";
import type { Caller, Principal } from "../auth/principal.ts";
import type { ServerContext } from "../server-context.ts";
import { isUnasked } from "./key-beforehand.ts";
import { PAGE_SINK } from "./page-sink.ts";
import type { OfferedSink, ServerSinks, SinkKey } from "./server-sinks.ts";

/** Who asks, and what finds out later on whether they still may. */
export interface Asker {
  readonly caller: Caller;
  readonly holder: object;
}

export interface WantedRotation {
  /** Eight hex digits; a page that is sent twice names the same one. */
  readonly rotation: string;
  readonly keyId: string;
  readonly sinks: readonly string[];
  readonly graceSeconds: number | undefined;
  readonly endGrace: boolean;
}

/** One rotation as its journal here tells it. */
export interface KeptRotation {
  readonly state: RotationState;
  readonly entries: readonly JournalEntry[];
  /** Whether something is being done about it at this moment. */
  readonly isRunning: boolean;
  /** When this server goes on by itself; null where it waits for a person. */
  readonly goesOnAtMs: number | null;
}

/** Carries out rotations that people begin on pages, by `packages/rotation` and with journals in the server's folder. */
export interface RotationService {
  sinksFor(key: SinkKey): readonly OfferedSink[];
  /** Where the key's last rotation here went; empty where it had none. */
  recall(keyId: string): readonly string[];
  /** The rotation of this key that is not done; null where there is none here. */
  unfinishedOf(keyId: string): string | null;
  /** Decides everything and changes nothing. @throws RotationError, SinkError, ManagementError */
  plan(asker: Asker, wanted: WantedRotation): Promise<RotationPlan>;
  /** Begins a rotation, or finds the one that was begun with this id, and goes as far as can be gone in a few seconds. */
  start(asker: Asker, wanted: WantedRotation): Promise<void>;
  /** Null where this server keeps no journal of that rotation. @throws RotationError where it cannot be read */
  find(rotation: string): KeptRotation | null;
  /** Shows the new key to whoever is to store it; the audit says to whom. Null once that is over. */
  reveal(asker: Asker, rotation: string): Promise<Secret | null>;
  /** Goes on after a person has stored the new key. */
  stored(asker: Asker, rotation: string): Promise<void>;
  resume(asker: Asker, rotation: string): Promise<void>;
  abandon(asker: Asker, rotation: string): Promise<void>;
  endGrace(asker: Asker, rotation: string): Promise<void>;
  /** Goes on with what it is time for, in the name of whoever began it, as long as they may. */
  tick(): Promise<void>;
}

export interface RotationServiceOptions {
  readonly context: ServerContext;
  readonly directory: string;
  readonly sinks: () => ServerSinks;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly findHolder: (holder: object) => Promise<Exclude<Principal, { readonly type: "key" }> | null>;
  /** Sends a request to the providers' own paths of this server. */
  readonly providerFetch: typeof fetch;
  readonly onFailure: (error: unknown, rotation: string) => void;
}

/** Whether the next thing to happen is that a person stores the new key. */
export function isForPerson(state: RotationState): boolean {
  if (isUnasked(state)) return true;
  const next = state.plan.sinks.find((sink) => !state.delivered.has(sink));
  return nextStep(state) === "deliver" && next === PAGE_SINK;
}

/** Whether an error is one of those that a page tells a person of. */
export function isToldFailure(error: unknown): error is RotationError | SinkError | ManagementError {
  return error instanceof RotationError || error instanceof SinkError || error instanceof ManagementError;
}
