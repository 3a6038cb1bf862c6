import { defineProgram, valueAnywhere } from "@keywarden/command-line";
import manifest from "../package.json" with { type: "json" };
import { auditLogCommand } from "./commands/audit-log-command.ts";
import { backupCommands } from "./commands/backup-commands.ts";
import { tokenCommand } from "./commands/token-command.ts";
import { serveCommand } from "./commands/serve-command.ts";

/** Everything that `keywarden-server` can be asked. */
export const program = defineProgram({
  name: "keywarden-server",
  version: manifest.version,
  summary: "the management API of your API keys, self-hosted",
  main: serveCommand,
  commands: [auditLogCommand, tokenCommand, ...backupCommands],
  formatFiles: (process) => valueAnywhere(process, "providers", "KEYWARDEN_PROVIDERS"),
  exits: "0 stopped on request, 2 could not start or serve.",
});
