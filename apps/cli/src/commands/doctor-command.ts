import { defineCommand } from "./define-command.ts";

export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "say which hook really fires, and prove that it stops a key",
  usage: ["doctor"],
  description: [
    "Looks at Node, git, the hook, the configuration and what git itself searches for, then makes a key, adds it",
    "to a copy of the index that is thrown away, and runs the hook over it; a hook of lefthook, of the pre-commit",
    "framework or of yours that calls keywarden runs in a clone that is thrown away. Your index, your files and",
    "hooks that do not call keywarden are left alone.",
  ],
  flags: {},
  exits: "0 commits are checked, 1 they are not, 2 could not tell.",
  examples: [["keywarden doctor", "after an install, or when a commit passed that should not have"]],
  handler: async (_call, terminal) => (await import("./doctor.ts")).doctor(terminal),
});
