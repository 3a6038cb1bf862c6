import { makeJudge } from "@keywarden/inventory";
import { CliError } from "../cli-error.ts";
import { loadConfig } from "@keywarden/repository-config";
import { connect } from "../keys/connect.ts";
import { createKey } from "../keys/create-key.ts";
import { disableKey, editKey, enableKey } from "../keys/edit-key.ts";
import { exportKeys } from "../keys/export-keys.ts";
import { importKeys } from "../keys/import-keys.ts";
import type { KeyAction } from "../keys/key-work.ts";
import { listKeys } from "../keys/list-keys.ts";
import { lookUpKey } from "../keys/look-up-key.ts";
import { showKey } from "../keys/show-key.ts";
import { showUsage } from "../keys/show-usage.ts";
import type { Options } from "../options.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

const actions: Readonly<Record<string, KeyAction>> = {
  list: listKeys,
  show: showKey,
  usage: showUsage,
  create: createKey,
  edit: editKey,
  disable: disableKey,
  enable: enableKey,
  lookup: lookUpKey,
  export: exportKeys,
  import: importKeys,
};

/** `keywarden keys <action>` */
export async function keys(options: Options, terminal: Terminal): Promise<ExitStatus> {
  const [action = "", ...rest] = options.operands;
  const act = actions[action];
  if (act === undefined) throw new CliError("CLI_USAGE", `keywarden keys has no action ${action}.`);
  const config = await loadConfig(terminal);
  return act({
    connect: async () => (await connect(options, terminal)).client,
    providers: config.managedProviders,
    judge: makeJudge(config),
    options,
    terminal,
    rest,
  });
}
