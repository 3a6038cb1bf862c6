import { defineCommand } from "./define-command.ts";

const file = { name: "file", max: 1, isPath: true } as const;

export const importCommand = defineCommand({
  name: "import",
  summary: "convert another scanner's rules and allowlists to a keywarden.json",
  usage: [
    "import gitleaks [.gitleaks.toml]",
    "import detect-secrets [.secrets.baseline]",
    "import trufflehog [file]",
    "import ggshield [.gitguardian.yaml]",
  ],
  description: [
    "Writes keywarden.json from what the file says, and lists what has no equivalent here, line by line.",
    "If there is a keywarden.json already, it prints what to add and changes nothing. Old",
    "findings that a file accepts by hash are accepted by the fingerprint of the same key.",
  ],
  flags: {},
  actions: {
    gitleaks: { summary: "rules and path allowlists of a .gitleaks.toml", operands: file },
    "detect-secrets": { summary: "accepted keys and excluded files of a .secrets.baseline", operands: file },
    trufflehog: { summary: "custom detectors (YAML) or a list of excluded paths", operands: file },
    ggshield: { summary: "ignored paths and matches of a .gitguardian.yaml", operands: file },
  },
  exits: "0 everything was converted, 1 something was not and is listed, 2 failed.",
  examples: [["keywarden import gitleaks", "then: keywarden scan, keywarden baseline create"]],
  handler: async (call, terminal) => (await import("../import/import-rules.ts")).importRules(call, terminal),
});
