import { defineCommand } from "../commands/define-command.ts";
import { eventFlags } from "./event-flags.ts";

export const eventsCommand = defineCommand({
  name: "events",
  summary: "show unusual use of keys that the server noticed, newest first",
  usage: ["events [--key <id>] [--provider <id>] [--severity <level>]"],
  flags: eventFlags,
  exits: "0 done, 2 failed.",
  examples: [
    ["keywarden events --severity high", "what to look at first"],
    ["keywarden events --key key_1 --json", "for a script, one JSON object a line"],
  ],
  handler: async (call, terminal) => (await import("./events.ts")).events(call, terminal),
});
