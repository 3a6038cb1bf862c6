import { countOf } from "@keywarden/key-format";
import { safeText } from "@keywarden/inventory";
import { describeFailure } from "@keywarden/command-line";
import { randomBytes } from "node:crypto";
import { isSameMember, type Departure } from "@keywarden/hygiene";
import type { ManagedProvider } from "@keywarden/key-format";
import { readFromServer } from "../audit/from-server.ts";
import { parseDeparture } from "../audit/read-members.ts";
import { readDepartedMembers } from "../audit/read-departed-members.ts";
import { sayHowToCarryOut } from "../plans/carry-out.ts";
import { CliError } from "../cli-error.ts";
import type { Config } from "@keywarden/repository-config";
import { loadConfig } from "@keywarden/repository-config";
import { connect } from "../keys/connect.ts";
import { findManagementApi, managementApiOf, type ManagementApi } from "../keys/management-api.ts";
import type { RotateCall } from "../flags/rotate-flags.ts";
import { remedies } from "../remedies.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { makeSinkChooser, type ChosenSinks } from "./choose-sinks.ts";
import { orderByDeadline, type DueKey } from "./due-key.ts";
import { findDeparted } from "./find-departed.ts";
import { readPlan } from "./read-plan.ts";
import { planKeyOfBatch, type BatchKey, type BatchWork } from "./replace-key.ts";
import { resumeBatch, unfinishedBatches, type RotationMemory } from "./resume-batch.ts";
import { describeDue } from "./describe-batch.ts";
import { runBatch } from "./run-batch.ts";

/** `keywarden rotate --departed | --members | --plan`: shows every key that is due, or rotates them all. */
export async function rotateBatch(
  memory: RotationMemory,
  call: RotateCall,
  terminal: Terminal,
): Promise<ExitStatus> {
  const { flags } = call;
  checkModes(call);
  const unfinished = unfinishedBatches(memory);
  const named = flags.departed.map((text) => parseDeparture(text, 0).member);
  const open = unfinished.find(({ departures }) =>
    departures.some(({ member }) => named.some((one) => isSameMember(one, member))),
  );
  if (flags.resume) {
    if (open !== undefined) return resumeBatch(open, memory, call, terminal);
    terminal.print(
      `No unfinished batch for ${named.map((text) => safeText(text)).join(", ")} on this machine.\n`,
    );
    return 0;
  }
  if (open !== undefined && flags.yes) {
    throw new CliError(
      "CLI_USAGE",
      `A batch for ${open.departures.map(({ member }) => member).join(", ")} is unfinished: keywarden rotate --resume ${open.round} continues it, --abandon ${open.round} drops the rest of it.`,
    );
  }
  const config = await loadConfig(terminal);
  const { grace: graceSeconds, callUrl } = flags;
  const { api, due, departures } = await findDue(config, memory, call, terminal);
  const readAtMs = api.now();
  if (due.length === 0) {
    terminal.print("No live key needs to be rotated.\n");
    return 0;
  }
  const rotations = memory.rotations.list();
  const sinksOf = makeSinkChooser(due, flags.to, { rotations, server: api.server }, terminal.directory);
  const work = { ...memory, api, providers: config.managedProviders, flags, terminal };
  const keys: BatchKey[] = [];
  for (const key of orderByDeadline(due)) {
    const begun = rotations.findLast(
      ({ state }) =>
        (state?.status === "running" || state?.status === "orphaned") &&
        state.plan.server === api.server &&
        state.plan.key.id === key.keyId,
    );
    const chosen: ChosenSinks =
      begun?.state === undefined
        ? sinksOf(key.keyId)
        : { directory: begun.state.plan.directory, sinks: begun.state.plan.sinks, isRemembered: true };
    const candidate: BatchKey = {
      keyId: key.keyId,
      provider: key.provider,
      rotation: begun?.rotation ?? randomBytes(4).toString("hex"),
      deadlineMs: key.deadlineMs,
      reason: key.reason,
      directory: chosen.directory,
      sinks: chosen.sinks,
    };
    const planned = begun === undefined ? await tryPlan(candidate, work) : null;
    terminal.print(
      planned === null
        ? `${safeText(key.keyId)} is being rotated already, by rotation ${candidate.rotation}.\n\n`
        : `${describeDue(key, chosen, planned, api.now())}\n`,
    );
    if (planned === null || "plan" in planned) keys.push(candidate);
  }
  const leftOut = due.length - keys.length;
  const rest =
    leftOut === 0 ? "" : `${leftOut} of ${countOf(due.length, "key")} left out: see above what each lacks.\n`;
  if (!flags.yes || keys.length === 0) {
    terminal.print(rest);
    if (keys.length === 0) terminal.print("Nothing was changed.\n");
    else sayHowToCarryOut(terminal);
    return leftOut === 0 ? 0 : 1;
  }
  const batch = {
    version: 1 as const,
    round: randomBytes(4).toString("hex"),
    server: api.server,
    ...(api.via === "provider" && {
      provider: { id: flags.provider ?? "", credential: api.credential ?? "" },
    }),
    ...(graceSeconds !== undefined && { graceSeconds }),
    ...(callUrl !== undefined && { callUrl }),
    begunAtMs: readAtMs,
    departures,
    keys,
  };
  memory.batches.create(batch);
  const status = await runBatch(batch, work);
  terminal.print(rest);
  return leftOut === 0 ? status : 1;
}

function checkModes({ flags, operands }: RotateCall): void {
  if (flags.abandon || flags.list || flags.status || operands.length > 0) {
    throw new CliError(
      "CLI_USAGE",
      "--departed, --members and --plan choose the keys themselves: name no key, and --list or --abandon alone.",
    );
  }
  if (flags.plan !== undefined && (flags.departed.length > 0 || flags.members !== undefined))
    throw new CliError("CLI_USAGE", "Choose the keys one way: --plan, or --departed and --members.");
  if (flags.provider !== undefined && flags.plan === undefined) {
    throw new CliError(
      "CLI_USAGE",
      "A provider's own API does not say who knew a key: audit an inventory that does, and pass the report with --plan.",
    );
  }
  if (flags.resume && flags.departed.length === 0)
    throw new CliError("CLI_USAGE", "Name the batch: --resume <batch>, or --departed <member> --resume.");
}

interface Due {
  readonly api: ManagementApi;
  readonly due: readonly DueKey[];
  readonly departures: readonly Departure[];
}

async function findDue(
  config: Pick<Config, "managedProviders" | "hygiene">,
  memory: RotationMemory,
  call: RotateCall,
  terminal: Terminal,
): Promise<Due> {
  const { flags } = call;
  const file = flags.plan;
  if (file !== undefined) {
    const due = readPlan(file, terminal.directory);
    return { api: await findManagementApi(call, terminal, config.managedProviders), due, departures: [] };
  }
  // What is wrong with the flags is told before a server is asked.
  await readDepartedMembers(terminal.now(), flags, terminal);
  const connected = await connect(call, terminal);
  const { client, server } = connected;
  const profileOf = (id: string): ManagedProvider | undefined =>
    config.managedProviders.find((provider) => provider.id === id);
  const keys = await readFromServer(client, profileOf, { withSights: true });
  // Whoever leaves "now" leaves by the clock that dates the keys: by one that is behind, secrets would be newer than that.
  const nowMs = connected.now();
  const departuresFrom = await readDepartedMembers(nowMs, flags, terminal);
  const said = departuresFrom({ keys });
  const told = memory.batches
    .list()
    .flatMap(({ batch }) => (batch.server === server ? batch.departures : []));
  const all = said.map((departure) => {
    // Whoever is said to leave "now" twice has left the first time: what was rotated since is not due again.
    const earlier =
      departure.departedAtMs === nowMs
        ? told.find((one) => isSameMember(one.member, departure.member))
        : undefined;
    if (earlier === undefined) return departure;
    const time = new Date(earlier.departedAtMs).toISOString();
    terminal.print(
      `${safeText(departure.member)} left at ${time}, as recorded before; to change the time: --departed <member>=<time>.\n\n`,
    );
    return earlier;
  });
  const named = flags.departed.map((text) => parseDeparture(text, nowMs).member);
  return {
    api: managementApiOf(connected),
    due: findDeparted(keys, { all, named }, config, nowMs),
    departures: all,
  };
}

async function tryPlan(key: BatchKey, work: Omit<BatchWork, "rotations">) {
  if (key.sinks.length === 0) return { why: `no sink for the new key is known: --to ${key.keyId}=<sink>` };
  try {
    return { plan: await planKeyOfBatch(key, work) };
  } catch (error) {
    return { why: work.terminal.redact(describeFailure(error, { isDebug: false, remedies })) };
  }
}
