import { parse } from "yaml";
import {
  type Imported,
  type ImportedPattern,
  listOf,
  membersOf,
  nothingImported,
  patternIdFrom,
  textOf,
  unreadIn,
} from "./imported.ts";
import { pathsFromRegex } from "./path-from-regex.ts";
import { patternFromRegex } from "./pattern-from-regex.ts";

/** Reads a configuration with custom detectors, or the file of `--exclude-paths`: an expression on each line. */
export function readTrufflehog(source: string): Imported {
  return /^[a-z_]+:(?:\s|$)/m.test(source) ? readDetectors(source) : readPaths(source);
}

// Keywords are there for speed.
const readOfDetector = ["name", "keywords", "regex", "verify", "description"];

function readDetectors(source: string): Imported {
  const document = membersOf(parse(source));
  const unsaid: string[] = [...unreadIn(document, ["detectors"])];
  const patterns: ImportedPattern[] = [];
  for (const detector of listOf(document["detectors"]).map(membersOf)) {
    const name = textOf(detector["name"], "detector");
    unsaid.push(...unreadIn(detector, readOfDetector, `detector ${name}, `));
    const expressions = Object.entries(membersOf(detector["regex"]));
    if (expressions.length > 1) {
      unsaid.push(`detector ${name}: that all of its expressions must be there; each pattern holds alone`);
    }
    for (const [part, expression] of expressions) {
      const made = patternFromRegex(String(expression));
      const id = patternIdFrom(`${name}-${part}`);
      if (made.ok) patterns.push({ id, pattern: made.pattern, kind: "secret" });
      else unsaid.push(`detector ${name}, ${part}: ${made.why}, which a pattern cannot express`);
    }
    if (listOf(detector["verify"]).length > 0) {
      unsaid.push(`detector ${name}: its verification; a scan asks no server`);
    }
  }
  return { ...nothingImported, patterns, unsaid };
}

function readPaths(source: string): Imported {
  const lines = source.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const exclude: string[] = [];
  const unsaid: string[] = [];
  for (const line of lines) {
    const paths = pathsFromRegex(line.trim());
    if (paths === null) unsaid.push(`excluded path ${line.trim()}: no path pattern covers the same files`);
    else exclude.push(...paths);
  }
  return { ...nothingImported, exclude, unsaid };
}
