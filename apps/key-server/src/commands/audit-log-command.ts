import { storageChoice, storageFlags } from "../options.ts";
import { defineCommand } from "./define-command.ts";

export const auditLogCommand = defineCommand({
  name: "audit",
  summary: "check that the audit log was not altered: audit verify",
  usage: ["audit verify --data <folder>"],
  flags: storageFlags,
  actions: { verify: { summary: "follow the chain of hashes from the first entry to the last" } },
  exits: "0 the audit is intact, 1 it was changed, 2 could not tell.",
  examples: [["keywarden-server audit verify --data ./keys", "while no server uses the folder"]],
  handler: async ({ flags }, process) => {
    const choice = storageChoice(flags);
    return (await (await import("../check-audit.ts")).checkAudit(choice, process)) ? 0 : 1;
  },
});
