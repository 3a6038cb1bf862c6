import { optionsOf } from "../options.ts";
import { defineCommand } from "./define-command.ts";

export const baselineCommand = defineCommand({
  name: "baseline",
  summary: "accept the keys that are there today, and only these",
  usage: ["baseline create | update | audit"],
  description: [
    "A baseline lets a repository with old keys start today: it accepts them wherever they are moved to,",
    "and stops everything new. It holds names that only the key itself can be compared with, one file",
    "each in .keywarden/baseline, so that branches never conflict. Revoke what it accepts all the same.",
  ],
  flags: {
    history: { kind: "switch", summary: "also what every ref ever held, not the files alone" },
  },
  actions: {
    create: { summary: "accept every key that a scan of the whole repository reports now" },
    update: { summary: "add what is reported now, and take out what is no longer there" },
    audit: { summary: "list all that is accepted; exits 1 when an entry is stale or expired" },
  },
  exits: "0 done, or no entry is stale; 1 an entry is stale or expired; 2 it could not be done.",
  examples: [["keywarden baseline create", "then: git add .keywarden && git commit"]],
  handler: async (call, terminal) => (await import("./baseline.ts")).baseline(optionsOf(call), terminal),
});
