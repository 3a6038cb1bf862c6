import type { Round, RotationStore, RoundStore } from "@keywarden/rotation";
import { CliError } from "../cli-error.ts";
import { loadConfig } from "@keywarden/repository-config";
import { findOwner } from "../keys/rotation-owner.ts";
import type { Options } from "../options.ts";
import type { Terminal, ExitStatus } from "../terminal.ts";
import { runRound } from "./run-round.ts";

/** The memory of this machine: single rotations, and the rounds that several of them belong to. */
export interface RotationMemory {
  readonly rotations: RotationStore;
  readonly rounds: RoundStore;
}

/** Gives the rounds that have something left, oldest first. */
export const unfinishedRounds = ({ rounds }: Pick<RotationMemory, "rounds">): readonly Round[] =>
  rounds.list().flatMap(({ round, hasEnded }) => (hasEnded ? [] : [round]));

/** Goes on with a round where it was begun. @throws CliError CLI_USAGE, CLI_TOKEN */
export async function resumeRound(
  round: Round,
  memory: RotationMemory,
  given: Options,
  terminal: Terminal,
): Promise<ExitStatus> {
  const options = { ...given, values: new Map([...flagsOf(round), ...given.values]) };
  const { managedProviders: providers } = await loadConfig(terminal);
  const owner = await findOwner(options, terminal, providers, undefined, round.server);
  if (owner.server !== round.server) {
    throw new CliError(
      "CLI_USAGE",
      `That batch began at ${round.server} and can only be finished there, not at ${owner.server}.`,
    );
  }
  terminal.print(
    `Round ${round.round}, ${round.keys.length === 1 ? "1 key" : `${round.keys.length} keys`}:\n`,
  );
  return runRound(round, { ...memory, owner, providers, options, terminal });
}

type Flag = readonly [name: string, value: string];

// What the round was begun with holds unless it is said otherwise now.
function flagsOf({ provider, server, graceSeconds, callUrl }: Round): readonly Flag[] {
  return [
    ...(graceSeconds === undefined ? [] : [["grace", String(graceSeconds)] as const]),
    ...(callUrl === undefined ? [] : [["call-url", callUrl] as const]),
    ...(provider === undefined
      ? []
      : [
          ["provider", provider.id] as const,
          ["provider-url", server] as const,
          ["token-file", provider.credential] as const,
        ]),
  ];
}
