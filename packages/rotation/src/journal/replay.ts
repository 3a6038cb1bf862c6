import assert from "node:assert/strict";
import type { ManagementErrorCode } from "@keywarden/management";
import type { RotationErrorCode } from "../rotation-error.ts";
import type { SinkErrorCode } from "../sinks/sink-error.ts";
import type { FactOf, JournalEntry, RotationStep } from "./entry.ts";

/** The state of a rotation, derived from its journal alone. */
export interface RotationState {
  readonly plan: FactOf<"planned">;
  readonly plannedAtMs: number;
  readonly status: "running" | "orphaned" | "done" | "abandoned";
  /** The new key; null until it was made, and again when its secret was lost. */
  readonly created: FactOf<"created"> | null;
  /** A new key that was lost and must still be revoked. */
  readonly lostKeyId: string | null;
  /** The generation from which to roll. */
  readonly expectedGeneration: number;
  /** Generations from which a roll was started, with unknown outcome. */
  readonly begunGenerations: ReadonlySet<number>;
  /** Whether a key may exist that the journal does not know, because an answer was lost. */
  readonly mayHaveOrphan: boolean;
  /** Whether the last request for a new secret may have been done, although nothing was heard of it. */
  readonly isOutcomeUnknown: boolean;
  /** Number of the last request for a new secret; 0 before the first. */
  readonly attempt: number;
  readonly delivered: ReadonlySet<string>;
  /** Sinks that may hold the new key: a delivery was begun, and nothing proves that it changed nothing. */
  readonly touched: ReadonlySet<string>;
  /** The sink whose delivery was begun last, where no earlier one may have reached it. */
  readonly freshlyTouched: string | null;
  readonly isVerified: boolean;
  /** When the old key ends: by the provider's clock where that is known, and else by the one here. */
  readonly oldUntilMs: number | null;
  /** How much of that the provider said was left, and when by the clock here. */
  readonly oldRemaining: { readonly ms: number; readonly toldAtMs: number } | null;
  readonly oldRevokedAtMs: number | null;
  /** Failures in a row since anything went well. */
  readonly failures: number;
  /** When the first of them was, by the clock of this machine. */
  readonly failingSinceMs: number | null;
  readonly lastFailure: FactOf<"failed"> | null;
  readonly orphaned: FactOf<"orphaned"> | null;
}

const cannotTell: RotationErrorCode = "ROTATION_CANNOT_TELL";

/** Answers that prove that no secret was created. */
const refusals: ReadonlySet<string> = new Set<ManagementErrorCode>([
  "MANAGEMENT_BAD_REQUEST",
  "MANAGEMENT_UNAUTHORISED",
  "MANAGEMENT_FORBIDDEN",
  "MANAGEMENT_NOT_FOUND",
  "MANAGEMENT_PRECONDITION",
  "MANAGEMENT_RATE_LIMITED",
  "MANAGEMENT_REDIRECTED",
]);

/** Derives the state from the entries, in order; the first one is the plan. */
export function replay(entries: readonly JournalEntry[]): RotationState {
  const [first, ...rest] = entries;
  assert(first?.type === "planned", "a journal begins with its plan");
  const start: RotationState = {
    plan: first,
    plannedAtMs: first.atMs,
    status: "running",
    created: null,
    lostKeyId: null,
    expectedGeneration: first.key.generation,
    begunGenerations: new Set(),
    mayHaveOrphan: false,
    isOutcomeUnknown: false,
    attempt: 0,
    delivered: new Set(),
    touched: new Set(),
    freshlyTouched: null,
    isVerified: false,
    oldUntilMs: null,
    oldRemaining: null,
    oldRevokedAtMs: null,
    failures: 0,
    failingSinceMs: null,
    lastFailure: null,
    orphaned: null,
  };
  return rest.reduce(advance, start);
}

function advance(state: RotationState, entry: JournalEntry): RotationState {
  const well = { failures: 0, failingSinceMs: null, lastFailure: null };
  switch (entry.type) {
    case "planned":
      throw new assert.AssertionError({ message: "a journal has one plan" });
    case "begin":
      if (entry.step === "deliver" && entry.sink !== undefined) return touch(state, entry.sink);
      if (entry.step !== "create") return state;
      return {
        ...state,
        mayHaveOrphan: true,
        isOutcomeUnknown: true,
        attempt: entry.attempt ?? state.attempt + 1,
        begunGenerations: new Set([
          ...state.begunGenerations,
          entry.expectedGeneration ?? state.expectedGeneration,
        ]),
      };
    case "created":
      return {
        ...state,
        ...well,
        created: entry,
        oldRemaining: remainingOf(entry.oldRemainingMs, entry.atMs),
        mayHaveOrphan: false,
        isOutcomeUnknown: false,
      };
    case "lost":
      return {
        ...state,
        created: null,
        isOutcomeUnknown: false,
        lostKeyId: entry.keyId,
        expectedGeneration: entry.generation ?? state.expectedGeneration,
        delivered: new Set(),
        isVerified: false,
        oldUntilMs: null,
        oldRemaining: null,
      };
    case "orphan_revoked":
      return { ...state, ...well, lostKeyId: entry.keyId === state.lostKeyId ? null : state.lostKeyId };
    case "delivered":
      return { ...state, ...well, delivered: new Set([...state.delivered, entry.sink]) };
    case "verified":
      return { ...state, ...well, isVerified: true };
    case "old_deadline":
      return {
        ...state,
        ...well,
        oldUntilMs: entry.untilMs,
        oldRemaining: remainingOf(entry.remainingMs, entry.atMs),
      };
    case "old_revoked":
      return { ...state, ...well, oldRevokedAtMs: entry.atMs };
    case "done":
      return { ...state, ...well, status: "done" };
    case "failed":
      return {
        ...(untouched.has(entry.code) ? withdraw(state) : state),
        failures: state.failures + 1,
        failingSinceMs: state.failingSinceMs ?? entry.atMs,
        lastFailure: entry,
        isOutcomeUnknown: state.isOutcomeUnknown && !(entry.step === "create" && refusals.has(entry.code)),
      };
    case "orphaned":
      return { ...state, status: "orphaned", orphaned: entry };
    case "reopened":
      return {
        ...state,
        status: "running",
        failures: 0,
        failingSinceMs: null,
        orphaned: null,
        // A person has checked what the rotation asked for and resumes it.
        ...(state.orphaned?.code === cannotTell && { mayHaveOrphan: false, isOutcomeUnknown: false }),
      };
    case "abandoned":
      return { ...state, status: "abandoned" };
    default:
      throw new assert.AssertionError({ message: "the switch knows every type of entry" });
  }
}

function remainingOf(ms: number | undefined, toldAtMs: number): RotationState["oldRemaining"] {
  return ms === undefined ? null : { ms, toldAtMs };
}

function touch(state: RotationState, sink: string): RotationState {
  const freshlyTouched = state.touched.has(sink) ? null : sink;
  return { ...state, touched: new Set([...state.touched, sink]), freshlyTouched };
}

function withdraw(state: RotationState): RotationState {
  const touched = [...state.touched].filter((sink) => sink !== state.freshlyTouched);
  return { ...state, touched: new Set(touched), freshlyTouched: null };
}

/** Failures of a delivery that prove that the new key is not there. */
const untouched: ReadonlySet<string> = new Set<SinkErrorCode>([
  "SINK_BAD_TARGET",
  "SINK_NOT_READY",
  "SINK_UNWRITABLE",
]);

/** Whether the rotation can be taken back: its new key is nowhere, and the old one works as before. */
export function mayAbandon({ plan, status, created, mayHaveOrphan, touched }: RotationState): boolean {
  const isRunning = status === "running" || status === "orphaned";
  const isReplaced = plan.contract.procedure === "server-side" && (created !== null || mayHaveOrphan);
  return isRunning && touched.size === 0 && !isReplaced;
}

/** Gives the step that comes next; null when only waiting or nothing is left. */
export function nextStep(state: RotationState): RotationStep | "deadline" | null {
  if (state.status !== "running") return null;
  if (state.created === null) return "create";
  if (state.plan.sinks.some((sink) => !state.delivered.has(sink))) return "deliver";
  if (!state.isVerified) return "verify";
  if (state.oldUntilMs === null) return "deadline";
  if (state.oldRevokedAtMs === null) return "revoke";
  return "sweep";
}
