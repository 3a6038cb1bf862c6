import { loadConfig } from "@keywarden/repository-config";
import { replay, RotationError, type RotationResult } from "@keywarden/rotation";
import { resumeBatch, unfinishedBatches, type RotationMemory } from "../batch/resume-batch.ts";
import type { RotateCall } from "../flags/rotate-flags.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { describeNext, describeState } from "./describe-rotation.ts";
import { finishRotation } from "./finish-rotation.ts";
import { findManagementApi } from "./management-api.ts";

type Outcome = RotationResult["outcome"];

/**
 * Goes on with the rotation or batch that is named, else with all that are unfinished: each as far as it gets before
 * any grace period is waited for. Those that need a person are told with their remedy, and make the status 2 at once.
 */
export async function resumeRotations(
  memory: RotationMemory,
  call: RotateCall,
  terminal: Terminal,
): Promise<ExitStatus> {
  const [named] = call.operands;
  const batches = unfinishedBatches(memory).filter(({ round }) => named === undefined || round === named);
  const inBatches = new Set(batches.flatMap(({ keys }) => keys.map(({ rotation }) => rotation)));
  const known = memory.rotations.list();
  const inStatus = (wanted: "running" | "orphaned") =>
    known.flatMap(({ rotation, state }) =>
      state?.status === wanted && !inBatches.has(rotation) ? [rotation] : [],
    );
  const rotations = named === undefined ? inStatus("running") : batches.length === 0 ? [named] : [];
  const orphans = named === undefined ? inStatus("orphaned") : [];
  if (rotations.length + batches.length + orphans.length === 0)
    terminal.print("No unfinished rotation on this machine.\n");

  const waits = !call.flags.noWait;
  const isAlone = rotations.length === 1 && batches.length === 0;
  const go = (rotation: string, waitsForGrace: boolean) =>
    resumeOne(rotation, memory, call, waitsForGrace, terminal).catch((error: unknown) => {
      if (named !== undefined || !(error instanceof RotationError)) throw error;
      // One that cannot go on now holds up no other.
      terminal.warn(`Rotation ${rotation}: ${error.message}\n`);
      return "stopped" as const;
    });
  const outcomes = new Map<string, Outcome>();
  for (const rotation of rotations) outcomes.set(rotation, await go(rotation, waits && isAlone));
  let worst: ExitStatus = 0;
  for (const batch of batches) {
    const exit = await resumeBatch(batch, memory, call, terminal);
    if (exit > worst) worst = exit;
  }
  for (const orphan of orphans) {
    const state = replay(memory.rotations.open(orphan).entries);
    terminal.print(`${describeState(state, Date.now())}\n${describeNext(state, Date.now())}`);
    worst = 2;
  }
  const worstOf = (): ExitStatus =>
    [...outcomes.values()].map(statusOfRotations).reduce((one, other) => (one > other ? one : other), worst);
  // Who has to do something is told so now, and not when a grace period of a day has ended.
  if (waits && worstOf() < 2)
    for (const [rotation, outcome] of outcomes)
      if (outcome === "waiting") outcomes.set(rotation, await go(rotation, true));
  return worstOf();
}

async function resumeOne(
  rotation: string,
  { rotations: store }: Pick<RotationMemory, "rotations">,
  call: RotateCall,
  waitsForGrace: boolean,
  terminal: Terminal,
): Promise<Outcome> {
  const { plan } = replay(store.open(rotation).entries);
  const lock = store.lock(plan.server, plan.key.id);
  try {
    // Opened again under the lock: whoever had it may have gone on meanwhile.
    const journal = store.open(rotation);
    const { status } = replay(journal.entries);
    if (status === "orphaned") journal.append({ type: "reopened" });
    terminal.print(`Rotation ${rotation} of ${plan.key.id}:\n`);
    const { managedProviders: providers } = await loadConfig(terminal);
    const api = await findManagementApi(call, terminal, providers, plan);
    return (await finishRotation(journal, store, api, waitsForGrace, terminal)).outcome;
  } finally {
    lock.release();
  }
}

/** 0 only where nothing is left, 1 while the old key still works, 2 where somebody has to do something. */
export function statusOfRotations(outcome: Outcome): ExitStatus {
  if (outcome === "done") return 0;
  return outcome === "waiting" ? 1 : 2;
}
