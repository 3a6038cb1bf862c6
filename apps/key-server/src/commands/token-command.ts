import { defineFlags } from "@keywarden/command-line";
import { tokenRoles } from "@keywarden/management/token-roles";
import { storageChoice, storageFlags } from "../options.ts";
import { defineCommand } from "./define-command.ts";

const tokenFlags = defineFlags({
  role: {
    kind: "choice",
    value: "role",
    choices: tokenRoles,
    required: true,
    summary: "what the token may do",
  },
  name: { kind: "text", value: "text", default: "from-the-machine", summary: "what to call the token" },
  ...storageFlags,
});

export const tokenCommand = defineCommand({
  name: "token",
  summary: "create a token on the server's machine if yours is lost: token create",
  usage: ["token create --role <role> --data <folder>"],
  description: [
    "Prints the token once, on standard output. With --data the server must be stopped; with --database-url it",
    "may keep running. If you still have an admin token, use keywarden tokens create.",
  ],
  flags: tokenFlags,
  actions: { create: { summary: "create a token and print it" } },
  exits: "0 done, 2 failed.",
  examples: [
    [
      "keywarden-server token create --role admin --data ./keys",
      "after a restore: a backup holds no token text",
    ],
  ],
  handler: async ({ flags }, process) => {
    const { role, name } = flags;
    await (await import("../create-token.ts")).createToken({ role, name }, storageChoice(flags), process);
    return 0;
  },
});
