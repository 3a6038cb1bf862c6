import { reportFormats } from "@keywarden/scan/report-formats";
import { colorFlags, jsonFlag } from "../flags/report-flags.ts";
import { optionsOf } from "../options.ts";
import { defineCommand } from "./define-command.ts";

export const scanCommand = defineCommand({
  name: "scan",
  summary: "find keys in files, in what is staged, or in standard input",
  usage: [
    "scan [path or glob ...]",
    "scan --staged",
    "scan --history [ref ...]",
    "scan --range A..B | --since 90d | --ci",
    "scan --stdin | --commit-msg <file>",
    "scan --explain <path> [--staged]",
  ],
  description: [
    "Without paths it scans the folder it is called in. Inside a git repository that means tracked",
    "and new files, without the ignored ones. Secret and restricted keys of any environment are",
    "findings; publishable keys, placeholders and published examples are counted and left alone.",
  ],
  operands: { name: "path or ref", isPath: true },
  flags: {
    staged: { kind: "switch", summary: "scan what the next commit adds, as the pre-commit hook does" },
    stdin: { kind: "switch", summary: "scan standard input" },
    history: {
      kind: "switch",
      summary: "scan all that the named refs ever held; every ref unless some are named",
    },
    range: {
      kind: "text",
      value: "A..B",
      summary: "scan what B has and A has not; with A...B what only one of them has",
    },
    since: {
      kind: "text",
      value: "time",
      summary: "scan the commits made since a date such as 2026-01-31, or in the last 36h, 90d or 2w",
    },
    ci: {
      kind: "switch",
      summary: "scan the commits that this run of GitHub Actions, GitLab, CircleCI, Azure or Jenkins is for",
    },
    "commit-msg": {
      kind: "file",
      value: "file",
      summary: "scan the message of the commit that is being made",
    },
    explain: {
      kind: "file",
      value: "path",
      summary:
        "say why a file is scanned or not, and what becomes of each key in it; --staged: of the next commit",
    },
    format: {
      kind: "choice",
      value: "format",
      choices: Object.fromEntries(reportFormats.map(({ name, summary }) => [name, summary])),
      default: "text",
      summary: "how to report: one of the formats below",
    },
    ...jsonFlag,
    output: {
      kind: "file",
      value: "file",
      summary: "write the report there, whole or not at all; the text is printed as well",
    },
    "min-confidence": {
      kind: "choice",
      value: "level",
      choices: ["low", "medium", "high"],
      variable: "KEYWARDEN_MIN_CONFIDENCE",
      shownDefault: "medium",
      summary: "report from this confidence up",
    },
    publishable: { kind: "switch", summary: "report publishable keys too, which are made to be public" },
    "show-accepted": {
      kind: "switch",
      summary: "list accepted keys with their reason; in SARIF as results with suppressions",
    },
    "no-ignore": { kind: "switch", summary: "scan files that .gitignore excludes, too" },
    ...colorFlags,
  },
  examples: [
    ["keywarden scan", "everything here"],
    ["keywarden scan src 'config/**/*.yml'", "a folder and a glob"],
    ["keywarden scan --staged", "what the next commit adds"],
    ["keywarden scan --history", "all commits, messages and names of all refs"],
    ["keywarden scan --range origin/main..HEAD", "what a branch adds"],
    ["git log -p | keywarden scan --stdin", "any text at all"],
    ["keywarden scan --explain build/app.js", "why it is scanned or not"],
    ["keywarden scan --format sarif --output keys.sarif", "a file for CI, and the text in its log"],
  ],
  handler: async (call, terminal) => {
    const options = optionsOf(call);
    if (call.flags.explain !== undefined) {
      return (await import("./scan-explain.ts")).scanExplain(options, terminal);
    }
    return call.flags.staged
      ? (await import("./scan-staged.ts")).scanStaged(options, terminal)
      : (await import("./scan.ts")).scan(options, terminal);
  },
});
