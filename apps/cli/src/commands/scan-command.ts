import { scanFlags } from "../flags/scan-flags.ts";
import { defineCommand } from "./define-command.ts";

export const scanCommand = defineCommand({
  name: "scan",
  summary: "find keys in files, staged changes, commits or standard input",
  usage: [
    "scan [path or glob ...]",
    "scan --staged",
    "scan --history [ref ...]",
    "scan --range A..B | --since 90d | --ci",
    "scan --stdin | --commit-msg <file>",
    "scan --agents [--shell-history]",
    "scan --package [folder, file or -]",
    "scan --repository <folder> [--history | --range A..B | --since 90d]",
    "scan --explain <path> [--staged]",
  ],
  description: [
    "Without paths, scans the current folder. In a git repository that means tracked",
    "and new files, but not ignored ones. Secret and restricted keys of any environment are",
    "findings; publishable keys, placeholders and published examples are only counted. --staged",
    "leaves out the written forms that hooks do (keywarden hook --help).",
  ],
  operands: { name: "path or ref", isPath: true },
  flags: scanFlags,
  examples: [
    ["keywarden scan", "the current folder"],
    ["keywarden scan src 'config/**/*.yml'", "a folder and a glob"],
    ["keywarden scan --staged", "what the next commit adds"],
    ["keywarden scan --history", "all commits, messages and names of all refs"],
    ["keywarden scan --range origin/main..HEAD", "what a branch adds"],
    ["git log -p | keywarden scan --stdin", "any text"],
    ["keywarden scan --agents", "what coding agents keep on this machine"],
    ["keywarden scan --package", 'as "prepublishOnly": what is about to be published'],
    ["docker save shop:1.0 | keywarden scan --package -", "an image, layer by layer"],
    ["keywarden scan --repository api --repository web --history", "several repositories, one report"],
    ["keywarden scan --explain build/app.js", "why it is scanned or not"],
    ["keywarden scan --format sarif --output keys.sarif", "a file for CI, and text in its log"],
  ],
  handler: async ({ flags, operands }, terminal) => {
    if (flags.repository.length > 0) {
      const { scanRepositories } = await import("../scan/scan-repositories.ts");
      return scanRepositories({ flags, operands }, terminal);
    }
    if (flags.explain !== undefined) {
      const { scanExplain } = await import("../scan/scan-explain.ts");
      return scanExplain(flags.explain, { flags, operands }, terminal);
    }
    return flags.staged
      ? (await import("../scan/scan-staged.ts")).scanStaged({ flags, operands }, terminal)
      : (await import("../scan/scan.ts")).scan({ flags, operands }, terminal);
  },
});
