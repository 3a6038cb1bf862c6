import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { describeSystemError } from "@keywarden/command-line";
import { defineProvider, findOverlap, providersOf } from "@keywarden/key-format";
import { configFile, loadSetup } from "@keywarden/repository-config";
import { scannerFor } from "@keywarden/repository-scan";
import { CliError } from "../cli-error.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { writeWhole } from "../write-whole.ts";
import { foreignFiles, gitleaksIgnore } from "./foreign-files.ts";
import type { Imported, ImportedAllow, ImportedPattern } from "./imported.ts";
import { readDetectSecrets } from "./read-detect-secrets.ts";
import { readGgshield } from "./read-ggshield.ts";
import { readGitleaks } from "./read-gitleaks.ts";
import { readTrufflehog } from "./read-trufflehog.ts";

const readers = {
  gitleaks: readGitleaks,
  "detect-secrets": readDetectSecrets,
  trufflehog: readTrufflehog,
  ggshield: readGgshield,
} as const satisfies Record<keyof typeof foreignFiles, (source: string) => Imported>;

interface ImportCall {
  readonly action: keyof typeof readers;
  readonly operands: readonly string[];
}

/** `keywarden import gitleaks | detect-secrets | trufflehog | ggshield` */
export async function importRules({ action, operands }: ImportCall, terminal: Terminal): Promise<ExitStatus> {
  const { top, config } = await loadSetup(terminal);
  const named = operands[0];
  const path = named === undefined ? findFile(top, foreignFiles[action]) : resolve(terminal.directory, named);
  const imported = read(path, readers[action]);
  const { patterns, refused } = usable(imported.patterns);
  const { allow, left } = acceptFound(imported, top, scannerFor(config.providers, true));
  const unsaid = [...imported.unsaid, ...refused, ...left, ...ignoredLines(action, top)];
  const document = documentOf(patterns, allow, imported.exclude);
  const target = resolve(top, configFile);
  if (document === null) {
    terminal.print(`Nothing in ${path} can be expressed in ${configFile}.\n`);
  } else if (existsSync(target)) {
    terminal.print(`${configFile} exists and is unchanged. Put this into it:\n${document}`);
  } else {
    writeWhole(target, document);
    terminal.print(`Wrote ${configFile}; read it, and try it with keywarden scan.\n`);
  }
  if (unsaid.length === 0) return 0;
  terminal.print(`Not converted, ${unsaid.length}:\n${unsaid.map((line) => `  ${line}\n`).join("")}`);
  terminal.print("keywarden baseline create accepts the keys that are there today.\n");
  return 1;
}

function ignoredLines(action: ImportCall["action"], top: string): readonly string[] {
  const path = resolve(top, gitleaksIgnore);
  if (action !== "gitleaks" || !existsSync(path)) return [];
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"));
  return lines.length === 0
    ? []
    : [`${gitleaksIgnore}, ${lines.length}: it names lines, and neither keys nor paths`];
}

function findFile(top: string, names: readonly string[]): string {
  const found = names.map((name) => resolve(top, name)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new CliError(
    "CLI_IMPORT",
    `No ${names[0] ?? "file"} is at the top of the repository; name the file.`,
  );
}

function read(path: string, reader: (source: string) => Imported): Imported {
  if (basename(path) === gitleaksIgnore) {
    const why = `${gitleaksIgnore} names lines of commits, and neither keys nor paths`;
    throw new CliError(
      "CLI_IMPORT",
      `${why}; keywarden baseline create accepts the keys that are there today.`,
    );
  }
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new CliError("CLI_IMPORT", `${path} cannot be read: ${describeSystemError(error)}.`, {
      cause: error,
    });
  }
  try {
    return reader(text);
  } catch (error) {
    // What a parser says may quote the file, and that may hold a key: only the line is taken.
    const line = error instanceof Error ? /\b(?:line|row)[ :]+(\d+)/i.exec(error.message)?.[1] : undefined;
    const where = line === undefined ? "" : `, line ${line}`;
    throw new CliError("CLI_IMPORT", `${path} cannot be understood${where}.`, { cause: error });
  }
}

function usable(patterns: readonly ImportedPattern[]): {
  readonly patterns: readonly ImportedPattern[];
  readonly refused: readonly string[];
} {
  const kept: ImportedPattern[] = [];
  const refused: string[] = [];
  for (const pattern of patterns) {
    const result = defineProvider({ id: "imported", patterns: [pattern] });
    const isTwice = kept.some(({ id }) => id === pattern.id);
    const overlap = result.ok ? findOverlap(result.provider, providersOf([]).providers) : null;
    if (result.ok && !isTwice && overlap === null) kept.push(pattern);
    else {
      const why =
        overlap !== null
          ? `a key can fit this and ${overlap.id}, which is looked for anyway`
          : result.ok
            ? "its id is used twice"
            : (result.problems[0]?.message ?? "").replace(/^\$\S* /, "");
      refused.push(`rule ${pattern.id}, as ${pattern.pattern}: ${why}`);
    }
  }
  return { patterns: kept, refused };
}

/** Accepts by fingerprint the keys whose SHA-1 the other file accepts, where they still stand. */
function acceptFound(
  { acceptedSha1 = new Map<string, ReadonlySet<string>>() }: Imported,
  top: string,
  scanner: ReturnType<typeof scannerFor>,
): { readonly allow: readonly ImportedAllow[]; readonly left: readonly string[] } {
  const allow = new Map<string, ImportedAllow>();
  const left: string[] = [];
  for (const [path, hashes] of acceptedSha1) {
    const file = resolve(top, path);
    if (!existsSync(file)) {
      left.push(`${path}: it is gone`);
      continue;
    }
    const open = new Set(hashes);
    for (const { secret, fingerprint } of scanner.scanBytes(readFileSync(file))) {
      const hash = createHash("sha1").update(secret.reveal()).digest("hex");
      if (!hashes.has(hash)) continue;
      open.delete(hash);
      allow.set(fingerprint, { fingerprint, reason: "accepted in .secrets.baseline" });
    }
    if (open.size > 0) left.push(`${path}: ${open.size} accepted that Keywarden does not look for`);
  }
  return { allow: [...allow.values()], left };
}

const mostPatterns = 64;

// A provider holds no more of them.
const providersFor = (patterns: readonly ImportedPattern[]): readonly object[] =>
  Array.from({ length: Math.ceil(patterns.length / mostPatterns) }, (_, index) => ({
    id: index === 0 ? "imported" : `imported-${index + 1}`,
    patterns: patterns.slice(index * mostPatterns, (index + 1) * mostPatterns),
  }));

function documentOf(
  patterns: readonly ImportedPattern[],
  allow: readonly ImportedAllow[],
  exclude: readonly string[],
): string | null {
  if (patterns.length + allow.length + exclude.length === 0) return null;
  const value = {
    $schema: "./node_modules/keywarden/dist/keywarden.schema.json",
    ...(patterns.length === 0 ? {} : { providers: providersFor(patterns) }),
    ...(allow.length === 0 ? {} : { allow }),
    ...(exclude.length === 0 ? {} : { exclude: [...new Set(exclude)] }),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}
