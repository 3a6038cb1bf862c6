import { acceptFlags } from "../flags/accept-flags.ts";
import { defineCommand } from "./define-command.ts";

export const acceptCommand = defineCommand({
  name: "accept",
  summary: "accept a finding of audit or check-env for a time",
  usage: [
    "accept <rule> <key id | variable | file | fingerprint> [--reason <text>] [--owner <name>] [--yes]",
  ],
  description: [
    "For what cannot be put right today: writes an entry with a reason and a last day into keywarden.json",
    "(hygiene.accept), and keeps the rest of the file, comments too. Every report counts what is accepted",
    "and names it. On the day that the entry names, the finding counts again.",
  ],
  operands: { name: "rule and key", min: 2, max: 2 },
  flags: acceptFlags,
  exits: "0 done, or the plan was shown; 2 failed.",
  examples: [
    [
      "keywarden accept unrestricted key_1 --reason 'moves next week' --owner ann",
      "show what would be written",
    ],
    ["keywarden accept unrestricted key_1 --expires 2027-01-31 --yes", "write it"],
  ],
  handler: async (call, terminal) => (await import("./accept.ts")).acceptFinding(call, terminal),
});
