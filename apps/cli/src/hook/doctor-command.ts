import { answerFlags } from "../flags/report-flags.ts";
import { defineCommand } from "../commands/define-command.ts";

export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "find the hook that really fires, and prove that it stops a key",
  usage: ["doctor [--json]"],
  description: [
    "Checks Node, git, the hook, the configuration and the texts that git searches for. Then it makes a test key,",
    "adds it to a disposable copy of the index and runs the hook over it; a hook of lefthook, of the pre-commit",
    "framework or of your own that calls keywarden runs in a disposable clone. Your index, your files and",
    "hooks that do not call keywarden are left alone. Hooks of coding agents that guard install has written are",
    "started in the same way.",
  ],
  flags: answerFlags,
  exits: "0 commits are checked, 1 they are not, 2 could not tell.",
  examples: [["keywarden doctor", "after an installation, or if a commit passed that should not have"]],
  handler: async ({ flags }, terminal) => (await import("./doctor.ts")).doctor(flags, terminal),
});
