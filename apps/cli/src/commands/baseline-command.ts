import { baselineActions, baselineFlags } from "../flags/baseline-actions.ts";
import { defineCommand } from "./define-command.ts";

export const baselineCommand = defineCommand({
  name: "baseline",
  summary: "accept the keys that exist today, and only these",
  usage: [
    "baseline create | update | audit",
    "baseline add <path | path:line | id> ... --reason <text> [--owner <name>] [--expires <day>]",
  ],
  description: [
    "A baseline lets a repository with old keys start today: it accepts them wherever they are moved,",
    "and blocks everything new. It contains keyed hashes that reveal nothing about the keys, one file",
    "each in .keywarden/baseline, so branches never conflict. Revoke what it accepts all the same.",
  ],
  flags: baselineFlags,
  actions: baselineActions,
  exits: "0 done, or no entry is stale; 1 an entry is stale or expired; 2 failed.",
  examples: [
    ["keywarden baseline create", "then: git add .keywarden && git commit"],
    [
      "keywarden baseline add test/fixtures/a.env:3 --reason 'made for tests' --expires 2027-01-31",
      "one key",
    ],
  ],
  handler: async (call, terminal) => (await import("../baseline/baseline.ts")).baseline(call, terminal),
});
