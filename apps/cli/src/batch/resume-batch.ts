import type { Batch, RotationStore, BatchStore } from "@keywarden/rotation";
import { CliError } from "../cli-error.ts";
import { loadConfig } from "@keywarden/repository-config";
import { findManagementApi } from "../keys/management-api.ts";
import type { Options } from "../options.ts";
import type { Terminal, ExitStatus } from "../terminal.ts";
import { runBatch } from "./run-batch.ts";

/** The memory of this machine: single rotations, and the batches that several of them belong to. */
export interface RotationMemory {
  readonly rotations: RotationStore;
  readonly batches: BatchStore;
}

/** Gives the batches that have something left, oldest first. */
export const unfinishedBatches = ({ batches }: Pick<RotationMemory, "batches">): readonly Batch[] =>
  batches.list().flatMap(({ batch, hasEnded }) => (hasEnded ? [] : [batch]));

/** Goes on with a batch where it was begun. @throws CliError CLI_USAGE, CLI_TOKEN */
export async function resumeBatch(
  batch: Batch,
  memory: RotationMemory,
  given: Options,
  terminal: Terminal,
): Promise<ExitStatus> {
  const options = { ...given, values: new Map([...flagsOf(batch), ...given.values]) };
  const { managedProviders: providers } = await loadConfig(terminal);
  const api = await findManagementApi(options, terminal, providers, undefined, batch.server);
  if (api.server !== batch.server) {
    throw new CliError(
      "CLI_USAGE",
      `That batch began at ${batch.server} and can only be finished there, not at ${api.server}.`,
    );
  }
  terminal.print(
    `Batch ${batch.round}, ${batch.keys.length === 1 ? "1 key" : `${batch.keys.length} keys`}:\n`,
  );
  return runBatch(batch, { ...memory, api, providers, options, terminal });
}

type Flag = readonly [name: string, value: string];

// What the batch was begun with holds unless it is said otherwise now.
function flagsOf({ provider, server, graceSeconds, callUrl }: Batch): readonly Flag[] {
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
