import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  abandonRotation,
  openRotationStore,
  openSink,
  planRotation,
  replay,
  runRotation,
  type Journal,
  type RotationStore,
  type RotationResult,
  type RotationTools,
} from "@keywarden/rotation";
import { CliError } from "../cli-error.ts";
import { loadConfig } from "../config/load-config.ts";
import {
  describeEntry,
  describeNext,
  describePlan,
  describeResult,
  describeState,
} from "../keys/rotation-words.ts";
import { callUrlOf, dialectOf, findOwner, type RotationOwner } from "../keys/rotation-owner.ts";
import { stateDirectory } from "../keys/state-directory.ts";
import type { Options } from "../options.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** `keywarden rotate`: plan or run a rotation, go on with one, take one back, list them. */
export async function rotate(options: Options, terminal: Terminal): Promise<ExitStatus> {
  const { switches, operands } = options;
  const modes = ["resume", "abandon", "list", "status"].filter((name) => switches.has(name));
  if (modes.length + (switches.has("yes") ? 1 : 0) > 1 || operands.length > 1) {
    throw new CliError(
      "CLI_USAGE",
      "Do one thing at a time: rotate one key, --resume, --abandon, --status or --list.",
    );
  }
  const store = openRotationStore(stateDirectory(options, terminal), Date.now);
  if (switches.has("list")) return list(store, terminal);
  if (switches.has("status"))
    return operands.length === 0 ? list(store, terminal) : status(store, options, terminal);
  if (switches.has("resume")) return resume(store, options, terminal);
  if (switches.has("abandon")) return abandon(store, options, terminal);
  return start(store, options, terminal);
}

async function start(store: RotationStore, options: Options, terminal: Terminal): Promise<ExitStatus> {
  const { switches, values, lists, operands } = options;
  const [keyId] = operands;
  if (keyId === undefined) {
    throw new CliError("CLI_USAGE", "Which key? keywarden keys list shows them: keywarden rotate <key id>.");
  }
  const targets = lists.get("to") ?? [];
  const isForReal = switches.has("yes");
  if (isForReal && targets.length === 0) {
    throw new CliError("CLI_USAGE", "Where does the new key go? Give at least one --to <place>.");
  }
  const { providers } = await loadConfig(terminal.directory, terminal.env);
  const owner = await findOwner(options, terminal, providers);
  const callUrl = values.get("call-url");
  const plan = () =>
    planRotation({
      ...owner,
      ...(callUrl !== undefined && { callUrl }),
      directory: terminal.directory,
      keyId,
      profileOf: (id) => providers.find((provider) => provider.id === id),
      sinks: openSinks(targets, terminal),
      ...(values.has("grace") && { graceSeconds: readSeconds(values.get("grace") ?? "") }),
      endGrace: switches.has("end-grace"),
      rotation: randomBytes(4).toString("hex"),
      nowMs: Date.now(),
    });
  if (!isForReal) {
    terminal.print(`${describePlan(await plan())}\nNothing was changed. Do it with --yes.\n`);
    return 0;
  }
  const lock = store.lock(owner.server, keyId);
  try {
    const decided = await plan();
    terminal.print(describePlan(decided));
    const journal = store.create(decided.fact);
    return await finish(journal, store, owner, options, terminal);
  } finally {
    lock.release();
  }
}

async function resume(store: RotationStore, options: Options, terminal: Terminal): Promise<ExitStatus> {
  const [named] = options.operands;
  const unfinished = store.list().filter(({ state }) => state?.status === "running");
  const rotations = named === undefined ? unfinished.map(({ rotation }) => rotation) : [named];
  if (rotations.length === 0) terminal.print("No rotation is unfinished here.\n");
  let worst: ExitStatus = 0;
  for (const rotation of rotations) {
    const { plan } = replay(store.open(rotation).entries);
    const lock = store.lock(plan.server, plan.key.id);
    try {
      // Opened again under the lock: whoever had it may have gone on meanwhile.
      const journal = store.open(rotation);
      const { status } = replay(journal.entries);
      if (status === "orphaned") journal.append({ type: "reopened" });
      terminal.print(`Rotation ${rotation} of ${plan.key.id}:\n`);
      const { providers } = await loadConfig(terminal.directory, terminal.env);
      const owner = await findOwner(options, terminal, providers, plan);
      const exit = await finish(journal, store, owner, options, terminal);
      if (exit > worst) worst = exit;
    } finally {
      lock.release();
    }
  }
  return worst;
}

async function abandon(store: RotationStore, options: Options, terminal: Terminal): Promise<ExitStatus> {
  const [rotation] = options.operands;
  if (rotation === undefined) {
    throw new CliError("CLI_USAGE", "Which rotation? keywarden rotate --list shows them.");
  }
  const { plan } = replay(store.open(rotation).entries);
  const { providers } = await loadConfig(terminal.directory, terminal.env);
  const lock = store.lock(plan.server, plan.key.id);
  try {
    const result = await abandonRotation({
      journal: store.open(rotation),
      issuer: (await findOwner(options, terminal, providers, plan)).issuer,
      destroySealingKey: () => store.destroySealingKey(rotation),
    });
    terminal.print(describeResult(result));
    return 0;
  } finally {
    lock.release();
  }
}

function list(store: RotationStore, { print }: Terminal): ExitStatus {
  const rotations = store.list();
  if (rotations.length === 0) print("No key has been rotated from here.\n");
  for (const { rotation, state, problem } of rotations) {
    print(`${state === undefined ? `${rotation}  ${problem}` : describeState(state)}\n`);
  }
  const isOpen = rotations.some(({ state }) => state === undefined || !ended.has(state.status));
  return isOpen ? 1 : 0;
}

/** Tells one rotation from its plan on, and what comes next. */
function status(
  store: RotationStore,
  { operands: [rotation = ""] }: Options,
  { print }: Terminal,
): ExitStatus {
  const { entries } = store.open(rotation);
  const state = replay(entries);
  print(`${describeState(state)}\n`);
  for (const entry of entries) {
    const words = describeEntry(entry);
    if (words !== null) print(`  ${new Date(entry.atMs).toISOString()}  ${words}\n`);
  }
  print(describeNext(state, Date.now()));
  return ended.has(state.status) ? 0 : 1;
}

const ended: ReadonlySet<string> = new Set(["done", "abandoned"]);

async function finish(
  journal: Journal,
  store: RotationStore,
  { issuer }: RotationOwner,
  { switches }: Options,
  terminal: Terminal,
): Promise<ExitStatus> {
  const { plan } = replay(journal.entries);
  const { providers } = await loadConfig(terminal.directory, terminal.env);
  const profile = providers.find(({ id }) => id === plan.key.provider);
  if (profile === undefined) {
    throw new CliError("CLI_CONFIG", `keywarden.json no longer describes the provider ${plan.key.provider}.`);
  }
  let isToldToWait = false;
  const tools: RotationTools = {
    journal,
    issuer,
    verification: { baseUrl: callUrlOf(plan, profile), dialect: dialectOf(profile), fetch },
    sinks: openSinks(plan.sinks, { ...terminal, directory: plan.directory }),
    sealingKey: (mayCreate) => store.sealingKey(plan.rotation, mayCreate),
    destroySealingKey: () => store.destroySealingKey(plan.rotation),
    clock: Date.now,
    wait: (ms) => sleep(ms),
    random: Math.random,
    waitsForGrace: !switches.has("no-wait"),
    onEvent: (event) => {
      if (event.type === "entry") {
        const words = describeEntry(event.entry);
        if (words !== null) terminal.print(`  ${words}\n`);
      } else if (event.why === "grace" && !isToldToWait) {
        isToldToWait = true;
        terminal.print(`  waiting; it is safe to interrupt: keywarden rotate --resume ${plan.rotation}\n`);
      }
    },
  };
  const result = await runRotation(tools);
  terminal.print(describeResult(result));
  return statusOf(result);
}

function statusOf({ outcome }: RotationResult): ExitStatus {
  if (outcome === "done") return 0;
  return outcome === "waiting" ? 1 : 2;
}

function openSinks(targets: readonly string[], { env, directory }: Terminal) {
  const doubled = targets.find((target, index) => targets.indexOf(target) !== index);
  if (doubled !== undefined) throw new CliError("CLI_USAGE", `--to ${doubled} is given twice.`);
  return targets.map((target) => openSink(target, { env, directory, fetch }));
}

function readSeconds(text: string): number {
  if (/^\d{1,8}$/.test(text)) return Number(text);
  throw new CliError("CLI_USAGE", `--grace is a number of seconds, not ${JSON.stringify(text)}.`);
}
