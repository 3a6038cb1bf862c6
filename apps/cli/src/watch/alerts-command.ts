import { defineCommand } from "../commands/define-command.ts";
import { connectionFlags } from "../flags/connection-flags.ts";
import { alertActions } from "./alert-actions.ts";

export const alertsCommand = defineCommand({
  name: "alerts",
  summary: "list, add and remove the alerts of a key of a keywarden-server",
  usage: [
    "alerts list <key id> [--json]",
    "alerts add <key id> (--more-than <n> [--errors] | --outside-of <range>) [--per minute]",
    "alerts remove <key id> <alert id>",
  ],
  description: [
    "An alert refuses no request. Fired alerts are in keywarden log --action alert.fired, and go to the webhook of",
    "the alert and the channels of the server.",
  ],
  flags: connectionFlags,
  actions: alertActions,
  exits: "0 done, 2 failed.",
  examples: [
    ["keywarden alerts add key_1 --more-than 600", "more than 600 requests in a minute"],
    ["keywarden alerts add key_1 --outside-of 10.0.0.0/8 --per day", "any request from outside, once a day"],
  ],
  handler: async (call, terminal) => (await import("./alerts.ts")).alerts(call, terminal),
});
