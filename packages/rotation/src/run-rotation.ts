import type { JournalFact } from "./journal/entry.ts";
import { nextStep, replay, type RotationState } from "./journal/replay.ts";
import { judgeFailure, longestRetryMs, retryPatienceMs, retryDelayMs } from "./retry.ts";
import { RotationError, type RotationErrorCode } from "./rotation-error.ts";
import type { RotationTools, StepWork } from "./rotation-tools.ts";
import { createSuccessor } from "./steps/create-successor.ts";
import { deliver } from "./steps/deliver.ts";
import { revokeOld } from "./steps/revoke-old.ts";
import { setDeadline } from "./steps/set-deadline.ts";
import { sweep } from "./steps/sweep.ts";
import { verify } from "./steps/verify.ts";
import { describeRemedy } from "./describe-remedy.ts";
import { remainingOfOld } from "./remaining-of-old.ts";
import { claimKey, noteProgress, progressOf } from "./register-progress.ts";
import { revokeOrphans } from "./steps/revoke-orphans.ts";

export type RotationResult =
  | { readonly outcome: "done" | "abandoned"; readonly state: RotationState }
  | { readonly outcome: "waiting"; readonly untilMs: number; readonly state: RotationState }
  /** Something must be fixed first; then it can be resumed. */
  | { readonly outcome: "stopped"; readonly message: string; readonly state: RotationState }
  | {
      readonly outcome: "orphaned";
      readonly message: string;
      readonly wayOut: string;
      readonly state: RotationState;
    };

/**
 * Failures in a row, over all runs, after which a rotation waits for a person; those that a moment may mend also have
 * to go on for ten minutes.
 */
const maximumFailures = 5;

const longestWaitMs = 60_000;

const lostRace: RotationErrorCode = "ROTATION_LOST_RACE";
const cannotTell: RotationErrorCode = "ROTATION_CANNOT_TELL";

/**
 * Takes a rotation from wherever its journal says it is to its end. It can be killed at any moment and run again:
 * what may have happened without being recorded is found out or repeated without harm.
 */
export async function runRotation(tools: RotationTools): Promise<RotationResult> {
  const record = (fact: JournalFact): void => {
    const entry = tools.journal.append(fact);
    tools.onEvent?.({ type: "entry", entry });
  };
  let isToldToWait = false;
  for (;;) {
    const state = replay(tools.journal.entries);
    const step = nextStep(state);
    if (step === null) {
      const isEnded = state.status === "done" || state.status === "abandoned";
      await noteProgress(state, tools, isEnded ? { outcome: endOf(state) } : failureOf(state));
      return resultOf(state);
    }
    // Nothing needs the new key's text any more, whether this run verified it or one that was killed then.
    if (state.isVerified) tools.destroySealingKey();
    if (step === "deadline") {
      setDeadline(state, tools, record);
      continue;
    }
    if (step === "revoke" && tools.leavesOldKey === true)
      return { outcome: "waiting", untilMs: tools.clock(), state };
    if (step === "deliver" && isHeldBack(state, tools)) {
      await noteProgress(state, tools, progressOf(state, step));
      return { outcome: "waiting", untilMs: tools.clock(), state };
    }
    const waitMs = remainingMs(step, state, tools.clock());
    if (waitMs > 0) {
      if (!isToldToWait) await noteProgress(state, tools, { step: "wait", deadlineSeconds: waitMs / 1000 });
      isToldToWait = true;
      if (!tools.waitsForGrace)
        return { outcome: "waiting", untilMs: untilOf(step, state) ?? tools.clock() + waitMs, state };
      tools.onEvent?.({ type: "waiting", why: "grace", ms: waitMs });
      // In pieces, because a machine that sleeps stops timers but not the provider's clock.
      await tools.wait(Math.min(waitMs, longestWaitMs));
      continue;
    }
    try {
      if (step === "create") await claim(state, tools, record);
      else await noteProgress(state, tools, progressOf(state, step));
      await steps[step](state, tools, record);
    } catch (error) {
      const { code, message, isTransient, retryAfterMs } = judgeFailure(error, tools.providers);
      record({ type: "failed", step, code, message });
      if (code === lostRace) {
        tools.destroySealingKey();
        record({ type: "abandoned", why: message });
        continue;
      }
      const failed = replay(tools.journal.entries);
      const isTried = !isTransient || tools.clock() - (failed.failingSinceMs ?? Infinity) >= retryPatienceMs;
      if ((failed.failures >= maximumFailures && isTried) || code === cannotTell) {
        record({ type: "orphaned", step, message, wayOut: describeRemedy(failed, step), code });
        continue;
      }
      await noteProgress(state, tools, { failure: code });
      if (!isTransient || (retryAfterMs ?? 0) > longestRetryMs)
        return { outcome: "stopped", message, state: failed };
      const ms = retryDelayMs(failed.failures, retryAfterMs, tools.random());
      tools.onEvent?.({ type: "waiting", why: "retry", ms });
      await tools.wait(ms);
    }
  }
}

/** Where somebody else has the key by now, what an earlier try of this rotation may have left behind is revoked first. */
async function claim(
  state: RotationState,
  tools: RotationTools,
  record: Parameters<StepWork>[2],
): Promise<void> {
  try {
    await claimKey(state, tools);
  } catch (error) {
    if (error instanceof RotationError && state.mayHaveOrphan) await revokeOrphans(state, tools, record);
    throw error;
  }
  await noteProgress(state, tools, progressOf(state, "create"));
}

function isHeldBack({ plan, delivered }: RotationState, { heldBack }: RotationTools): boolean {
  const next = plan.sinks.find((sink) => !delivered.has(sink));
  return next !== undefined && heldBack?.has(next) === true;
}

const endOf = ({ status }: RotationState) => (status === "done" ? "done" : "abandoned");
const failureOf = ({ orphaned }: RotationState) => ({ failure: orphaned?.code ?? "ORPHANED" });

const steps = { create: createSuccessor, deliver, verify, revoke: revokeOld, sweep } satisfies Record<
  string,
  StepWork
>;

function remainingMs(step: string, state: RotationState, nowMs: number): number {
  if (step === "revoke") return remainingGraceMs(state, nowMs);
  const { procedure, revocationDelaySeconds } = state.plan.contract;
  if (step !== "sweep" || procedure !== "create-deploy-revoke") return 0;
  // Only now is it true that the old key is dead.
  const delayMs = revocationDelaySeconds * 1000;
  return Math.max(0, Math.min(delayMs, (state.oldRevokedAtMs ?? nowMs) + delayMs - nowMs));
}

/** When the old key ends by the provider's clock, where that is what is waited for and is known. */
const untilOf = (step: string, { oldUntilMs, oldRemaining }: RotationState) =>
  step === "revoke" && oldRemaining !== null ? oldUntilMs : null;

// A clock that was set back must not make an old key live longer than was promised from here on.
function remainingGraceMs({ oldUntilMs, oldRemaining, plan, created }: RotationState, nowMs: number): number {
  if (oldRemaining !== null) {
    // Set back since the provider told: only the provider knows how much is left by now, so it is asked.
    return nowMs < oldRemaining.toldAtMs ? 0 : remainingOfOld(oldRemaining, nowMs);
  }
  const longestMs =
    created?.oldUntilMs === null || created === null ? plan.graceSeconds * 1000 : Number.POSITIVE_INFINITY;
  return Math.max(0, Math.min((oldUntilMs ?? nowMs) - nowMs, longestMs));
}

function resultOf(state: RotationState): RotationResult {
  if (state.status === "orphaned") {
    const { message, wayOut: advice } = state.orphaned ?? { message: "", wayOut: "" };
    return { outcome: "orphaned", message, wayOut: advice, state };
  }
  return { outcome: state.status === "abandoned" ? "abandoned" : "done", state };
}
