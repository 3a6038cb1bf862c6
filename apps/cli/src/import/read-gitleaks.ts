import { parse } from "smol-toml";
import {
  type Imported,
  type ImportedPattern,
  listOf,
  membersOf,
  nothingImported,
  patternIdFrom,
  textOf,
  textsOf,
} from "./imported.ts";
import { pathFromRegex } from "./path-from-regex.ts";
import { patternFromRegex } from "./pattern-from-regex.ts";

/** Reads a .gitleaks.toml. */
export function readGitleaks(source: string): Imported {
  const document = membersOf(parse(source));
  const unsaid: string[] = [];
  const patterns: ImportedPattern[] = [];
  const exclude: string[] = [];
  for (const rule of listOf(document["rules"]).map(membersOf)) {
    const id = textOf(rule["id"], "rule");
    const name = patternIdFrom(id);
    const { regex } = rule;
    if (typeof regex !== "string") {
      unsaid.push(`rule ${id}: it looks at paths alone`);
      continue;
    }
    const made = patternFromRegex(regex);
    if (made.ok) patterns.push({ id: name === "" ? "rule" : name, pattern: made.pattern, kind: "secret" });
    else unsaid.push(`rule ${id}: ${made.why}, which a pattern cannot express`);
    for (const own of [rule["allowlist"], ...listOf(rule["allowlists"])]) {
      if (own !== undefined)
        unsaid.push(`rule ${id}: its own allowlist; an entry of allow holds for every rule`);
    }
  }
  for (const list of [document["allowlist"], ...listOf(document["allowlists"])].map(membersOf)) {
    for (const path of textsOf(list["paths"])) {
      const pattern = pathFromRegex(path);
      if (pattern === null) unsaid.push(`allowlist path ${path}: no path pattern covers the same files`);
      else exclude.push(pattern);
    }
    for (const kind of ["commits", "regexes", "stopwords"]) {
      const count = textsOf(list[kind]).length;
      if (count > 0) unsaid.push(`allowlist ${kind}, ${count}: accept the keys that are left by a baseline`);
    }
  }
  const extended = membersOf(document["extend"]);
  for (const id of textsOf(extended["disabledRules"])) {
    unsaid.push(`disabled rule ${id}: catalogue chooses whole fields, and allow takes a format`);
  }
  if (extended["path"] !== undefined || extended["url"] !== undefined) {
    unsaid.push("extend: import the other file as well");
  }
  return { ...nothingImported, patterns, exclude, unsaid };
}
