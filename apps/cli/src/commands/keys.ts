import { makeJudge } from "@keywarden/inventory";
import { loadConfig } from "@keywarden/repository-config";
import { connect } from "../keys/connect.ts";
import { createKey } from "../keys/create-key.ts";
import { disableKey, editKey, enableKey } from "../keys/edit-key.ts";
import { exportKeys } from "../keys/export-keys.ts";
import { importKeys } from "../keys/import-keys.ts";
import type { KeysCall } from "../keys/key-actions.ts";
import type { KeyWork } from "../keys/key-work.ts";
import { listKeys } from "../keys/list-keys.ts";
import { lookUpKey } from "../keys/look-up-key.ts";
import { showKey } from "../keys/show-key.ts";
import { showUsage } from "../keys/show-usage.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** `keywarden keys <action>` */
export async function keys(call: KeysCall, terminal: Terminal): Promise<ExitStatus> {
  const config = await loadConfig(terminal);
  const work: KeyWork = {
    connect: async () => (await connect(call, terminal)).client,
    providers: config.managedProviders,
    judge: makeJudge(config),
    terminal,
  };
  const [operand = ""] = call.operands;
  if (call.action === "list") return listKeys(work, call.flags, call.operands);
  if (call.action === "show") return showKey(work, call.flags, operand);
  if (call.action === "usage") return showUsage(work, call.flags, operand);
  if (call.action === "create") return createKey(work, call.flags);
  if (call.action === "edit") return editKey(work, call.flags, operand);
  if (call.action === "disable") return disableKey(work, operand);
  if (call.action === "enable") return enableKey(work, operand);
  if (call.action === "lookup") return lookUpKey(work, call.flags);
  if (call.action === "export") return exportKeys(work, call.flags);
  return importKeys(work, call.flags, call.operands[0]);
}
