import { connectionFlags } from "../flags/connection-flags.ts";
import { jsonFlag } from "../flags/report-flags.ts";
import { optionsOf } from "../options.ts";
import { defineCommand } from "./define-command.ts";

export const logCommand = defineCommand({
  name: "log",
  summary: "show what was done at the server, newest first",
  usage: ["log [--key <id>] [--actor <name>] [--from <when>] [--to <when>]"],
  flags: {
    key: { kind: "text", value: "key id", summary: "what was done to this key" },
    actor: { kind: "text", value: "name", summary: "what this actor did, such as token:ann" },
    action: { kind: "text", value: "word", summary: "only this action, such as key.revoked" },
    from: { kind: "text", value: "moment", summary: "at this moment or later" },
    to: { kind: "text", value: "moment", summary: "before this moment" },
    limit: {
      kind: "number",
      value: "n",
      default: 50,
      min: 1,
      max: 1000,
      summary: "maximum number of entries",
    },
    ...jsonFlag,
    ...connectionFlags,
  },
  exits: "0 done, 2 failed.",
  examples: [
    ["keywarden log --key key_1", "the life of one key"],
    ["keywarden log --action key.edited --json", "for a script, one JSON object a line"],
  ],
  handler: async (call, terminal) => (await import("./log.ts")).log(call.flags, optionsOf(call), terminal),
});
