import { makeJudge } from "@keywarden/inventory";
import { loadConfig } from "@keywarden/repository-config";
import { connect } from "../keys/connect.ts";
import { createKeyAtServer } from "../keys/create-key.ts";
import { disableKeyAtServer, editKeyAtServer, enableKeyAtServer } from "../keys/edit-key.ts";
import { exportKeysAtServer } from "../keys/export-keys.ts";
import { importKeysAtServer } from "../keys/import-keys.ts";
import type { KeysCall } from "../keys/key-actions.ts";
import type { KeyWork } from "../keys/key-work.ts";
import { listKeysAtServer } from "../keys/list-keys.ts";
import { lookUpKeyAtServer } from "../keys/look-up-key.ts";
import { openKeyAtServer } from "../keys/open-key.ts";
import { restrictKeyAtServer } from "../keys/binding/restrict-key.ts";
import { showKeyAtServer } from "../keys/show-key.ts";
import { showUsageAtServer } from "../keys/show-usage.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** `keywarden keys <action>` */
export async function keys(call: KeysCall, terminal: Terminal): Promise<ExitStatus> {
  const config = await loadConfig(terminal);
  const work: KeyWork = {
    connect: () => connect(call, terminal),
    providers: config.managedProviders,
    judge: makeJudge(config),
    terminal,
  };
  const [operand = ""] = call.operands;
  if (call.action === "list") return listKeysAtServer(work, call.flags, call.operands);
  if (call.action === "show") return showKeyAtServer(work, call.flags, operand);
  if (call.action === "usage") return showUsageAtServer(work, call.flags, operand);
  if (call.action === "create") return createKeyAtServer(work, call.flags);
  if (call.action === "edit") return editKeyAtServer(work, call.flags, operand);
  if (call.action === "restrict") return restrictKeyAtServer(work, operand);
  if (call.action === "disable") return disableKeyAtServer(work, operand);
  if (call.action === "enable") return enableKeyAtServer(work, operand);
  if (call.action === "open") return openKeyAtServer(work, call.flags, operand);
  if (call.action === "lookup") return lookUpKeyAtServer(work, call.flags);
  if (call.action === "export") return exportKeysAtServer(work, call.flags);
  return importKeysAtServer(work, call.flags, call.operands[0]);
}
