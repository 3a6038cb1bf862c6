import { defineCommand } from "./define-command.ts";

export const baselineCommand = defineCommand({
  name: "baseline",
  summary: "accept the keys that exist today, and only these",
  usage: ["baseline create | update | audit"],
  description: [
    "A baseline lets a repository with old keys start today: it accepts them wherever they are moved,",
    "and blocks everything new. It contains keyed hashes that reveal nothing about the keys, one file",
    "each in .keywarden/baseline, so branches never conflict. Revoke what it accepts all the same.",
  ],
  flags: {
    history: { kind: "switch", summary: "include everything that any ref ever contained" },
  },
  actions: {
    create: { summary: "accept every key that a scan of the whole repository reports now" },
    update: { summary: "add what is reported now, and remove what is gone" },
    audit: { summary: "list everything that is accepted; exits 1 if an entry is stale or expired" },
  },
  exits: "0 done, or no entry is stale; 1 an entry is stale or expired; 2 failed.",
  examples: [["keywarden baseline create", "then: git add .keywarden && git commit"]],
  handler: async (call, terminal) => (await import("./baseline.ts")).baseline(call, terminal),
});
