import { defineFlags, type FlagValues } from "@keywarden/command-line";
import { reportFormats } from "@keywarden/scan/report-formats";
import { colorFlags, reportFlags } from "./report-flags.ts";

/** What counts as a finding. */
export const policyFlags = defineFlags({
  "min-confidence": {
    kind: "choice",
    value: "level",
    choices: ["low", "medium", "high"],
    variable: "KEYWARDEN_MIN_CONFIDENCE",
    shownDefault: "medium",
    summary: "lowest confidence to report",
  },
  publishable: { kind: "switch", summary: "also report publishable keys, which are meant to be public" },
});
export type PolicyFlags = FlagValues<typeof policyFlags>;

/** What is scanned. */
const modeFlags = defineFlags({
  staged: { kind: "switch", summary: "scan what the next commit adds, as the pre-commit hook does" },
  stdin: { kind: "switch", summary: "scan standard input" },
  history: {
    kind: "switch",
    summary: "scan everything that the named refs, or all refs, reach, with what later commits delete",
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
});

export const scanFlags = defineFlags({
  ...modeFlags,
  agents: {
    kind: "switch",
    summary: "scan transcripts, settings and MCP configurations of coding agents on this machine",
  },
  package: {
    kind: "switch",
    summary:
      "scan exactly what npm publish would ship from a folder, a packed package or the archive of an image",
  },
  "shell-history": { kind: "switch", summary: "with --agents, also scan shell histories" },
  repository: {
    kind: "list",
    value: "folder",
    summary: "scan this repository by its own keywarden.json, instead of the current folder",
  },
  explain: {
    kind: "file",
    value: "path",
    summary:
      "explain why a file is scanned or not, and the outcome of each key in it; --staged: in the next commit",
  },
  ...reportFlags(Object.fromEntries(reportFormats.map(({ name, summary }) => [name, summary]))),
  ...policyFlags,
  "show-accepted": {
    kind: "switch",
    summary: "list accepted keys with their reasons; in SARIF as results with suppressions",
  },
  "no-ignore": { kind: "switch", summary: "also scan files that .gitignore excludes" },
  "no-cache": {
    kind: "switch",
    summary: "also read again what an earlier scan by the same rules found clean and is unchanged",
  },
  ...colorFlags,
});
export type ScanFlags = FlagValues<typeof scanFlags>;

/** A call of `keywarden scan`. */
export interface ScanCall {
  readonly flags: ScanFlags;
  readonly operands: readonly string[];
}
