import { spawnSync } from "node:child_process";
import { programs } from "../programs.ts";

/** A scanner, how it is asked for the findings of a folder, and how for its version. */
export interface Scanner {
  readonly name: string;
  /** What is run in the folder beforehand. */
  readonly prepare?: readonly string[];
  readonly command: readonly string[];
  readonly version: readonly string[];
}

const secretlintRules = '{"rules":[{"id":"@secretlint/secretlint-rule-preset-recommend"}]}';
const report = [
  "--no-banner",
  "--log-level=error",
  "--exit-code=0",
  "--report-format=json",
  "--report-path=-",
];

// Nobody asks a service whether a key works: none of these is one.
const known: readonly Scanner[] = [
  {
    name: "keywarden",
    command: [process.execPath, programs.cli, "scan", "--no-ignore", "--format=jsonl"],
    version: [process.execPath, programs.cli, "--version"],
  },
  { name: "gitleaks", command: ["gitleaks", "dir", ".", ...report], version: ["gitleaks", "version"] },
  {
    name: "betterleaks",
    command: ["betterleaks", ".", "--no-banner", "--output=-"],
    version: ["betterleaks", "version"],
  },
  {
    name: "kingfisher",
    command: [
      "kingfisher",
      "scan",
      ".",
      "--no-validate",
      "--git-history=none",
      "--no-update-check",
      "--format=json",
    ],
    version: ["kingfisher", "--version"],
  },
  {
    name: "trufflehog",
    command: ["trufflehog", "filesystem", ".", "--no-verification", "--no-update", "--json"],
    version: ["trufflehog", "--version"],
  },
  {
    name: "keyhog",
    command: ["keyhog", "scan", ".", "--format", "json"],
    version: ["keyhog", "--version"],
  },
  { name: "ripsecrets", command: ["ripsecrets", "."], version: ["ripsecrets", "--version"] },
  {
    name: "secretlint",
    command: ["secretlint", "**/*", "--format=unix", "--no-color", "--secretlintrcJSON", secretlintRules],
    version: ["secretlint", "--version"],
  },
  {
    name: "detect-secrets",
    command: ["detect-secrets", "scan", "--all-files"],
    version: ["detect-secrets", "--version"],
  },
];

export interface FoundScanner extends Scanner {
  readonly shownVersion: string;
}

/** Finds Keywarden and the peers that are on `PATH`. */
export function findScanners(): readonly FoundScanner[] {
  return known.flatMap((scanner) => {
    const [file = "", ...args] = scanner.version;
    const { error, stdout, stderr } = spawnSync(file, args, { encoding: "utf8" });
    const shownVersion = /\d+(?:\.\d+)+/.exec(stdout + stderr)?.[0] ?? "";
    return error === undefined ? [{ ...scanner, shownVersion }] : [];
  });
}

/** Keywarden as somebody has it who moves from gitleaks: with what it makes of these rules. */
export function withImported(rules: string): readonly FoundScanner[] {
  const [own] = findScanners();
  if (own === undefined) return [];
  const prepare = [process.execPath, programs.cli, "import", "gitleaks", rules];
  return [{ ...own, name: "keywarden, rules imported", prepare }];
}

/** Gives the numbers of the files `case-<number>.…` that its report names, how long it took and how it ended. */
export function runScanner(
  { command, prepare: [importer, ...settings] = [] }: Scanner,
  directory: string,
): { readonly found: ReadonlySet<number>; readonly elapsedMs: number; readonly status: number | null } {
  if (importer !== undefined) spawnSync(importer, settings, { cwd: directory });
  const [file = "", ...args] = command;
  const startedAtMs = performance.now();
  const { stdout, status } = spawnSync(file, args, {
    cwd: directory,
    encoding: "latin1",
    maxBuffer: 2 ** 30,
  });
  const elapsedMs = performance.now() - startedAtMs;
  const named = stdout.matchAll(/\bcase-(\d+)\./g);
  return { found: new Set(Array.from(named, ([, number]) => Number(number))), elapsedMs, status };
}
