import { serveFlags } from "../options.ts";
import { defineCommand } from "./define-command.ts";

const serving = {
  description: [
    "Receives GitHub's push webhooks at POST /webhooks/github, reads what was pushed with git, asks the providers",
    "by fingerprint whose keys they are, revokes the live ones and reports in a check run. It starts in",
    "dry-run: look at `arm --preview`, and `arm` it once that and its check runs convince you.",
  ],
  flags: serveFlags,
  exits: "0 stopped on request, 2 could not start or serve.",
} as const;

/** What the program does where no command is named. */
export const serveCommand = defineCommand({
  ...serving,
  name: "",
  summary: "serve until SIGINT or SIGTERM",
  usage: ["--config <file> --data <folder> [flags]"],
  examples: [
    ["keywarden-github-app --config app.json --data ./app", "serve on http://127.0.0.1:8787"],
    ["keywarden-github-app list --data ./app", "what was found and decided"],
    ["keywarden-github-app arm --preview --data ./app", "what arming would revoke now"],
  ],
  handler: async ({ flags }, process) => (await import("../serve.ts")).serve(flags, process),
});

/** The same, by a name. */
export const serveByName = defineCommand({
  ...serving,
  name: "serve",
  summary: "serve until SIGINT or SIGTERM; also the default without a command",
  usage: ["serve --config <file> --data <folder> [flags]"],
  handler: async ({ flags }, process) => (await import("../serve.ts")).serve(flags, process),
});
