import { defineProgram, filesAbove } from "@keywarden/command-line";
import { acceptCommand } from "./commands/accept-command.ts";
import { auditCommand } from "./commands/audit-command.ts";
import { baselineCommand } from "./commands/baseline-command.ts";
import { checkEnvCommand } from "./commands/check-env-command.ts";
import { conformanceCommand } from "./commands/conformance-command.ts";
import { doctorCommand } from "./hook/doctor-command.ts";
import { formatsCommand } from "./commands/formats-command.ts";
import { guardCommand } from "./guard/guard-command.ts";
import { hookCommand } from "./commands/hook-command.ts";
import { importCommand } from "./commands/import-command.ts";
import { keysCommand } from "./commands/keys-command.ts";
import { logCommand } from "./commands/log-command.ts";
import { loginCommands } from "./commands/login-commands.ts";
import { revokeCommand } from "./commands/revoke-command.ts";
import { rotateCommand } from "./commands/rotate-command.ts";
import { scanCommand } from "./commands/scan-command.ts";
import { tokensCommand } from "./commands/tokens-command.ts";
import { redactCommand } from "./redact/redact-command.ts";
import { remedies } from "./remedies.ts";
import { tuiCommand } from "./tui/tui-command.ts";
import { alertsCommand } from "./watch/alerts-command.ts";
import { eventsCommand } from "./watch/events-command.ts";
import { version } from "./version.ts";

/** Everything that `keywarden` can be asked. */
export const program = defineProgram({
  name: "keywarden",
  version,
  summary: "finds API keys before they leave your machine",
  commands: [
    scanCommand,
    hookCommand,
    guardCommand,
    redactCommand,
    ...loginCommands,
    rotateCommand,
    revokeCommand,
    keysCommand,
    tuiCommand,
    tokensCommand,
    logCommand,
    eventsCommand,
    alertsCommand,
    auditCommand,
    checkEnvCommand,
    acceptCommand,
    conformanceCommand,
    formatsCommand,
    baselineCommand,
    importCommand,
    doctorCommand,
  ],
  sections: [
    {
      title: "Start with",
      rows: [
        ["keywarden scan", "scan the current folder"],
        ["keywarden hook install", "check every commit from now on"],
      ],
    },
  ],
  formatFiles: ({ directory }) => filesAbove(directory, "keywarden.json"),
  exits: "0 nothing found, 1 keys found, 2 could not tell.",
  remedies,
});
