import { randomBytes } from "node:crypto";
import {
  abandonRotation,
  followKey,
  openRotationStore,
  openBatchStore,
  planRotation,
  replay,
  type RotationStore,
} from "@keywarden/rotation";
import { sayHowToCarryOut } from "../plans/carry-out.ts";
import { sayWhereToDeliver } from "../plans/say-where-to-deliver.ts";
import { CliError } from "../cli-error.ts";
import { loadConfig } from "@keywarden/repository-config";
import { finishRotation } from "../keys/finish-rotation.ts";
import { openSinks } from "../keys/open-sinks.ts";
import { describeEntry } from "@keywarden/inventory";
import { describeNext, describePlan, describeResult, describeState } from "../keys/describe-rotation.ts";
import { findManagementApi } from "../keys/management-api.ts";
import { resumeRotations, statusOfRotations } from "../keys/resume-rotations.ts";
import { chooseStateDirectory } from "../keys/state-directory.ts";
import type { RotateCall } from "../flags/rotate-flags.ts";
import { rotateBatch } from "../batch/rotate-batch.ts";
import { unfinishedBatches, type RotationMemory } from "../batch/resume-batch.ts";
import { describeBatch } from "../batch/describe-batch.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** `keywarden rotate`: plan, run, resume or undo a rotation, or list them. */
export async function rotate(call: RotateCall, terminal: Terminal): Promise<ExitStatus> {
  const { flags, operands } = call;
  const modes = [flags.resume, flags.abandon, flags.list, flags.status, flags.yes].filter(Boolean);
  if (modes.length > 1 || operands.length > 1) {
    throw new CliError(
      "CLI_USAGE",
      flags.yes && modes.length === 2
        ? "Leave out --yes: it belongs to rotating a key, and --resume, --abandon, --status and --list ask nothing."
        : "Do one thing at a time: rotate one key, --resume, --abandon, --status or --list.",
    );
  }
  const directory = chooseStateDirectory(flags.state, terminal);
  const store = openRotationStore(directory, Date.now);
  const memory: RotationMemory = { rotations: store, batches: openBatchStore(directory) };
  if (flags.departed.length > 0 || flags.members !== undefined || flags.plan !== undefined)
    return rotateBatch(memory, call, terminal);
  if (flags.list) return list(memory, terminal);
  if (flags.status) return operands.length === 0 ? list(memory, terminal) : status(store, call, terminal);
  if (flags.resume) return resumeRotations(memory, call, terminal);
  if (flags.abandon) return abandon(memory, call, terminal);
  return start(store, call, terminal);
}

async function start(store: RotationStore, call: RotateCall, terminal: Terminal): Promise<ExitStatus> {
  const { flags, operands } = call;
  const [named] = operands;
  if (named === undefined) {
    throw new CliError("CLI_USAGE", "Name a key: keywarden rotate <key id>; keywarden keys list shows them.");
  }
  const { to: targets, yes: isForReal, callUrl } = flags;
  if (isForReal && targets.length === 0) {
    throw new CliError("CLI_USAGE", "Name at least one sink for the new key: --to <sink>.");
  }
  const { managedProviders: providers } = await loadConfig(terminal);
  const api = await findManagementApi(call, terminal, providers);
  const keyId = flags.follow ? (await followKey(api.keyApi, named)).id : named;
  if (keyId !== named) terminal.print(`${named} was rotated before; ${keyId} is its successor.\n`);
  const plan = () =>
    planRotation({
      ...api,
      ...(callUrl !== undefined && { callUrl }),
      directory: terminal.directory,
      keyId,
      profileOf: (id) => providers.find((provider) => provider.id === id),
      sinks: openSinks(targets, terminal),
      graceSeconds: flags.grace,
      endGrace: flags.endGrace,
      rotation: randomBytes(4).toString("hex"),
    });
  if (!isForReal) {
    const planned = await plan();
    terminal.print(`${describePlan(planned)}\n`);
    if (targets.length > 0) sayHowToCarryOut(terminal);
    else sayWhereToDeliver(planned.fact, store.list(), providers, terminal);
    return 0;
  }
  const lock = store.lock(api.server, keyId);
  try {
    const decided = await plan();
    terminal.print(describePlan(decided));
    const journal = store.create(decided.fact);
    return statusOfRotations((await finishRotation(journal, store, api, !flags.noWait, terminal)).outcome);
  } finally {
    lock.release();
  }
}

async function abandon(
  { rotations: store, batches }: RotationMemory,
  call: RotateCall,
  terminal: Terminal,
): Promise<ExitStatus> {
  const [rotation] = call.operands;
  if (rotation === undefined) {
    throw new CliError("CLI_USAGE", "Name a rotation; keywarden rotate --list shows them.");
  }
  if (unfinishedBatches({ batches }).some(({ round }) => round === rotation)) {
    batches.end(rotation);
    terminal.print(
      `Batch ${rotation} was dropped; rotations that it had begun remain: keywarden rotate --list shows them.\n`,
    );
    return 0;
  }
  const { plan } = replay(store.open(rotation).entries);
  const { managedProviders: providers } = await loadConfig(terminal);
  const lock = store.lock(plan.server, plan.key.id);
  try {
    const result = await abandonRotation({
      journal: store.open(rotation),
      keyApi: (await findManagementApi(call, terminal, providers, plan)).keyApi,
      destroySealingKey: () => store.destroySealingKey(rotation),
    });
    terminal.print(describeResult(result));
    return 0;
  } finally {
    lock.release();
  }
}

function list(memory: RotationMemory, { print }: Terminal): ExitStatus {
  const rotations = memory.rotations.list();
  const batches = unfinishedBatches(memory);
  if (rotations.length + batches.length === 0) print("No key has been rotated on this machine.\n");
  for (const batch of batches) {
    const isDone = (wanted: string): boolean =>
      rotations.some(({ rotation, state }) => rotation === wanted && state?.status === "done");
    print(`${describeBatch(batch, batch.keys.filter(({ rotation }) => isDone(rotation)).length)}\n`);
  }
  for (const { rotation, state, problem } of rotations) {
    print(`${state === undefined ? `${rotation}  ${problem}` : describeState(state, Date.now())}\n`);
  }
  const isOpen = rotations.some(({ state }) => state === undefined || !ended.has(state.status));
  return isOpen || batches.length > 0 ? 1 : 0;
}

/** Tells one rotation from its plan on, and what comes next. */
function status(
  store: RotationStore,
  { operands: [rotation = ""] }: RotateCall,
  { print }: Terminal,
): ExitStatus {
  const { entries } = store.open(rotation);
  const state = replay(entries);
  print(`${describeState(state, Date.now())}\n`);
  for (const entry of entries) {
    const words = describeEntry(entry);
    if (words !== null) print(`  ${new Date(entry.atMs).toISOString()}  ${words}\n`);
  }
  print(describeNext(state, Date.now()));
  return ended.has(state.status) ? 0 : 1;
}

const ended: ReadonlySet<string> = new Set(["done", "abandoned"]);
