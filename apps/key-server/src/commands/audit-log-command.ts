import { defineFlags } from "@keywarden/command-line";
import { storageChoice, storageFlags } from "../options.ts";
import { defineCommand } from "./define-command.ts";

const auditLogFlags = defineFlags({
  ...storageFlags,
  since: {
    kind: "parsed",
    value: "entry:hash",
    read: readAnchor,
    summary: "the last entry and its hash, as an earlier verification printed them",
  },
});

export const auditLogCommand = defineCommand({
  name: "audit",
  summary: "check that the audit log was not altered: audit verify",
  usage: ["audit verify --data <folder> [--since <entry:hash>]"],
  flags: auditLogFlags,
  actions: { verify: { summary: "follow the chain of hashes from the first entry to the last" } },
  exits: "0 the audit is intact, 1 it was changed, 2 could not tell.",
  examples: [["keywarden-server audit verify --data ./keys", "while no server uses the folder"]],
  handler: async ({ flags }, process) => {
    const choice = storageChoice(flags);
    return (await (await import("../check-audit.ts")).checkAudit(choice, flags.since, process)) ? 0 : 1;
  },
});

/** @throws RangeError */
function readAnchor(text: string): { readonly sequence: number; readonly hash: string } {
  const [, sequence, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (sequence === undefined || hash === undefined)
    throw new RangeError(`"${text}" is no entry with its hash, such as 12:5f70…, which audit verify prints`);
  return { sequence: Number(sequence), hash };
}
