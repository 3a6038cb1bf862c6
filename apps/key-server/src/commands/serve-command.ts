import { serveFlags, serveOptions } from "../options.ts";
import { defineCommand } from "./define-command.ts";

/** What the program does where no command is named. */
export const serveCommand = defineCommand({
  name: "",
  summary: "serve until SIGINT or SIGTERM",
  usage: [
    "--data <folder> [flags]",
    "audit verify --data <folder>",
    "token create --role <role> --data <folder>",
    "backup <file> --data <folder>",
    "restore <file> --data <folder>",
  ],
  description: [
    "Without a command it serves until SIGINT or SIGTERM. With --database-url or DATABASE_URL every command works",
    "on that PostgreSQL instead of --data; put the password into the variable, because others on the machine can",
    "read flags. TLS: ?sslmode=verify-full. A backup of one database restores into the other.",
    "SIGHUP reads --channels, --countries, --policy and --oidc again; an unusable file is logged and changes nothing.",
  ],
  flags: serveFlags,
  examples: [
    ["keywarden-server --data ./keys", "serve on http://127.0.0.1:7300"],
    [
      'curl -H "Authorization: Bearer $(cat ./keys/bootstrap-token)" http://127.0.0.1:7300/v1/keys',
      "list the keys",
    ],
  ],
  exits: "0 stopped on request, 2 could not start or serve.",
  handler: async ({ flags }, process) => {
    const options = serveOptions(flags);
    process.prepareToServe();
    if (options.workers > 1 && (await import("node:cluster")).default.isPrimary)
      return (await import("../workers/serve-workers.ts")).serveWorkers(options, process);
    await (await import("../serve.ts")).serve(options, process);
    return 0;
  },
});
