import type { Batch, RotationStore, BatchStore } from "@keywarden/rotation";
import { CliError } from "../cli-error.ts";
import { loadConfig } from "@keywarden/repository-config";
import { findManagementApi } from "../keys/management-api.ts";
import type { RotateCall } from "../flags/rotate-flags.ts";
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
  call: RotateCall,
  terminal: Terminal,
): Promise<ExitStatus> {
  const asked = withFlagsOf(batch, call);
  const { managedProviders: providers } = await loadConfig(terminal);
  const api = await findManagementApi(asked, terminal, providers, undefined, batch.server);
  if (api.server !== batch.server) {
    throw new CliError(
      "CLI_USAGE",
      `That batch began at ${batch.server} and can only be finished there, not at ${api.server}.`,
    );
  }
  terminal.print(
    `Batch ${batch.round}, ${batch.keys.length === 1 ? "1 key" : `${batch.keys.length} keys`}:\n`,
  );
  return runBatch(batch, { ...memory, api, providers, flags: asked.flags, terminal });
}

// What the batch was begun with holds unless it is said otherwise now.
function withFlagsOf(
  { provider, server, graceSeconds, callUrl }: Batch,
  { flags, given, operands }: RotateCall,
): RotateCall {
  const common = { ...flags, grace: flags.grace ?? graceSeconds, callUrl: flags.callUrl ?? callUrl };
  if (provider === undefined) return { flags: common, given, operands };
  return {
    flags: {
      ...common,
      provider: flags.provider ?? provider.id,
      providerUrl: flags.providerUrl ?? server,
      tokenFile: given.has("token-file") ? flags.tokenFile : provider.credential,
    },
    given,
    operands,
  };
}
