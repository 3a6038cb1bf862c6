import { serveFlags } from "../options.ts";
import { defineCommand } from "./define-command.ts";

/** What the program does where no command is named. */
export const serveCommand = defineCommand({
  name: "",
  summary: "serve until SIGINT or SIGTERM",
  usage: ["--config <file> --data <folder> [flags]"],
  description: [
    "Receives GitHub's push webhooks at POST /webhooks/github, reads what was pushed with git, asks the providers",
    "by fingerprint whose keys they are, revokes the live ones and reports in a check run. It starts in",
    'dry-run: set "mode": "armed" in the config once its check runs convince you.',
  ],
  flags: serveFlags,
  examples: [
    ["keywarden-github-app --config app.json --data ./app", "serve on http://127.0.0.1:8787"],
    ["keywarden-github-app --config app.json --data ./app --log-format json", "log lines for a collector"],
  ],
  exits: "0 stopped on request, 2 could not start or serve.",
  handler: async ({ flags }, process) => (await import("../serve.ts")).serve(flags, process),
});
