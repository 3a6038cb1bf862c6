import { logFlags } from "../flags/log-flags.ts";
import { defineCommand } from "./define-command.ts";

export const logCommand = defineCommand({
  name: "log",
  summary: "show what was done at the server, newest first",
  usage: ["log [--key <id>] [--actor <name>] [--from <when>] [--to <when>]"],
  flags: logFlags,
  exits: "0 done, 2 failed.",
  examples: [
    ["keywarden log --key key_1", "the life of one key"],
    ["keywarden log --action key.edited --json", "for a script, one JSON object a line"],
  ],
  handler: async (call, terminal) => (await import("./log.ts")).log(call, terminal),
});
