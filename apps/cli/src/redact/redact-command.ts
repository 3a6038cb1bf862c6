import { defineCommand } from "../commands/define-command.ts";

export const redactCommand = defineCommand({
  name: "redact",
  summary: "mask the keys in files in place, with a backup",
  usage: ["redact <file ...>"],
  description: [
    "Replaces every key, in every encoding that a scan finds in text, with its redacted form; transcripts",
    "of coding agents and logs stay readable. The file changes at once or not at all, and keeps its mode. The old",
    "one is kept beside it as <file>.unredacted, readable by you alone: delete it once you have looked at the",
    "result. Revoke a key that was in such a file all the same.",
  ],
  operands: { name: "file", min: 1, isPath: true },
  flags: {},
  exits: "0 no file contains a key any more, 2 at least one could not be masked.",
  examples: [
    ["keywarden scan --agents", "find the transcripts that hold a key"],
    ["keywarden redact ~/.claude/projects/shop/1f.jsonl", "mask it there"],
  ],
  handler: async ({ operands }, terminal) =>
    (await import("./redact-files.ts")).redactFiles(operands, terminal),
});
