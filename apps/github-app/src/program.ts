import { defineProgram } from "@keywarden/command-line";
import manifest from "../package.json" with { type: "json" };
import { controlCommands } from "./commands/control-commands.ts";
import { doctorCommand } from "./commands/doctor-command.ts";
import { exposureCommands } from "./commands/exposure-commands.ts";
import { tokensCommand } from "./commands/tokens-command.ts";
import { formatFiles } from "./format-files.ts";
import { replayCommand } from "./commands/replay-command.ts";
import { repositoriesCommand } from "./commands/repositories-command.ts";
import { sweepCommands } from "./commands/sweep-commands.ts";
import { serveCommand, serveByName } from "./commands/serve-command.ts";

/** Everything that `keywarden-github-app` can be asked. */
export const program = defineProgram({
  name: "keywarden-github-app",
  version: manifest.version,
  summary: "revokes an exposed key within seconds of the push",
  main: serveCommand,
  commands: [
    serveByName,
    ...exposureCommands,
    ...controlCommands,
    repositoriesCommand,
    ...sweepCommands,
    replayCommand,
    doctorCommand,
    tokensCommand,
  ],
  sections: [
    {
      title: "Files in the data folder that you can create while it runs",
      rows: [
        [
          "kill-switch",
          "nothing is revoked while this file exists; what would have been revoked is held for approval",
        ],
        ["approve", "lets the held revocations continue, once"],
      ],
    },
    {
      title: "Config, with paths relative to the file",
      rows: [
        ["mode", '"dry-run" or "armed" (default: dry-run)'],
        ["github", '{ "apiUrl": "https://api.github.com", "gitUrl": "https://github.com", "appId": 1234,'],
        ["", '"privateKeyFile": "app.pem", "webhookSecretFile": "webhook-secret" }'],
        [
          "",
          '"listsDeliveriesAfterSeconds": 15: so long no key in an older commit is revoked at first sight of a repository; an Enterprise Server wants 35',
        ],
        ["providers", '[{ "provider": "aforo", "baseUrl": "https://keys.example.com/aforo",'],
        ["", '"tokenFile": "aforo-token" }]'],
        ["definitions", "your own providers: a list of definitions, or a file with one"],
        ["killSwitch", "true: revoke nothing (default: false)"],
        ["policy", '[{ "environment": ["production"], "visibility": ["public"], "repository": ["acme/*"],'],
        [
          "",
          '"action": "ask" }]: revoke, ask, report or ignore; the first rule that fits a live key decides',
        ],
        ["protectedKeys", "key ids or fingerprints that always need a person's approval"],
        ["channels", "private channels for notifications: webhook, slack, email; see docs/operations.md"],
        [
          "history",
          '"revoke" for live keys that were in a repository before its first push seen here, too (default: report)',
        ],
        [
          "breaker",
          '{ "revocations": 10, "windowMinutes": 10 }: more revocations in that time are held for approval',
        ],
        [
          "",
          '"share": 0.2 also holds what would end more than a fifth of a provider\'s live keys in that time',
        ],
      ],
    },
  ],
  formatFiles,
  exits: "0 stopped on request, 2 could not start or serve.",
});
