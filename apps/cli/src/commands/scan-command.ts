import { reportFormats } from "@keywarden/scan/report-formats";
import { colorFlags, reportFlags } from "../flags/report-flags.ts";
import { optionsOf } from "../options.ts";
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
    "scan --explain <path> [--staged]",
  ],
  description: [
    "Without paths, scans the current folder. In a git repository that means tracked",
    "and new files, but not ignored ones. Secret and restricted keys of any environment are",
    "findings; publishable keys, placeholders and published examples are only counted.",
  ],
  operands: { name: "path or ref", isPath: true },
  flags: {
    staged: { kind: "switch", summary: "scan what the next commit adds, as the pre-commit hook does" },
    stdin: { kind: "switch", summary: "scan standard input" },
    history: {
      kind: "switch",
      summary: "scan everything that the named refs, or all refs, ever contained",
    },
    range: {
      kind: "text",
      value: "A..B",
      summary: "scan what B adds to A; with A...B, what either adds",
    },
    since: {
      kind: "text",
      value: "time",
      summary: "scan commits since a date such as 2026-01-31, or of the last 36h, 90d or 2w",
    },
    ci: {
      kind: "switch",
      summary: "scan the commits of this GitHub Actions, GitLab, CircleCI, Azure or Jenkins run",
    },
    "commit-msg": {
      kind: "file",
      value: "file",
      summary: "scan the message of the commit in progress",
    },
    explain: {
      kind: "file",
      value: "path",
      summary:
        "explain why a file is scanned or not, and the outcome of each key in it; --staged: in the next commit",
    },
    ...reportFlags(Object.fromEntries(reportFormats.map(({ name, summary }) => [name, summary]))),
    "min-confidence": {
      kind: "choice",
      value: "level",
      choices: ["low", "medium", "high"],
      variable: "KEYWARDEN_MIN_CONFIDENCE",
      shownDefault: "medium",
      summary: "lowest confidence to report",
    },
    publishable: { kind: "switch", summary: "also report publishable keys, which are meant to be public" },
    "show-accepted": {
      kind: "switch",
      summary: "list accepted keys with their reasons; in SARIF as results with suppressions",
    },
    "no-ignore": { kind: "switch", summary: "also scan files that .gitignore excludes" },
    ...colorFlags,
  },
  examples: [
    ["keywarden scan", "the current folder"],
    ["keywarden scan src 'config/**/*.yml'", "a folder and a glob"],
    ["keywarden scan --staged", "what the next commit adds"],
    ["keywarden scan --history", "all commits, messages and names of all refs"],
    ["keywarden scan --range origin/main..HEAD", "what a branch adds"],
    ["git log -p | keywarden scan --stdin", "any text"],
    ["keywarden scan --explain build/app.js", "why it is scanned or not"],
    ["keywarden scan --format sarif --output keys.sarif", "a file for CI, and text in its log"],
  ],
  handler: async (call, terminal) => {
    const options = optionsOf(call);
    if (call.flags.explain !== undefined) {
      return (await import("../scan/scan-explain.ts")).scanExplain(options, terminal);
    }
    return call.flags.staged
      ? (await import("../scan/scan-staged.ts")).scanStaged(options, terminal)
      : (await import("../scan/scan.ts")).scan(options, terminal);
  },
});
