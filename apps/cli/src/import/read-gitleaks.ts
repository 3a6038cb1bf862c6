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
  unreadIn,
} from "./imported.ts";
import { readNamedValue } from "./named-value.ts";
import { pathsFromRegex } from "./path-from-regex.ts";
import { patternFromRegex } from "./pattern-from-regex.ts";

const readOfDocument = [
  "title",
  "description",
  "minVersion",
  "extend",
  "rules",
  "allowlist",
  "allowlists",
  "whitelist",
];

// Keywords and tags are there for speed and for reports.
const readOfRule = [
  "id",
  "description",
  "regex",
  "path",
  "required",
  "entropy",
  "keywords",
  "tags",
  "allowlist",
  "allowlists",
  "secretGroup",
];

/** Reads a .gitleaks.toml. */
export function readGitleaks(source: string): Imported {
  const document = membersOf(parse(source));
  const unsaid: string[] = [...unreadIn(document, readOfDocument)];
  const patterns: ImportedPattern[] = [];
  const exclude: string[] = [];
  for (const rule of listOf(document["rules"]).map(membersOf)) {
    const id = textOf(rule["id"], textOf(rule["description"], "rule"));
    const name = patternIdFrom(id);
    const { regex } = rule;
    unsaid.push(...unreadIn(rule, readOfRule, `rule ${id}, `));
    if (typeof regex !== "string") {
      unsaid.push(`rule ${id}: it looks at paths alone`);
      continue;
    }
    const named = readNamedValue(regex);
    const made = patternFromRegex(named?.value ?? regex);
    if (made.ok) {
      const services = named === null ? {} : { services: named.services };
      patterns.push({ id: name === "" ? "rule" : name, pattern: made.pattern, kind: "secret", ...services });
      // Of a name and a value the value is the key anyway.
      if (named === null && Number(rule["secretGroup"] ?? 0) > 1)
        unsaid.push(`rule ${id}: its secretGroup; all that the expression finds is the key`);
      const lost = made.isCaseLost ? ["its letters in other cases; they stand as they are written"] : [];
      unsaid.push(...[...lost, ...limitsOf(rule)].map((limit) => `rule ${id}: ${limit}`));
    } else unsaid.push(`rule ${id}: ${made.why}, which a pattern cannot express`);
    for (const own of [rule["allowlist"], ...listOf(rule["allowlists"])]) {
      if (own !== undefined)
        unsaid.push(`rule ${id}: its own allowlist; an entry of allow holds for every rule`);
    }
  }
  const ofServices = patterns.filter(({ services }) => services !== undefined).length;
  if (ofServices > 0) {
    unsaid.push(
      `${ofServices} rules of a name before a value: the name also says key, token, secret or the like`,
    );
  }
  const lists = [document["allowlist"], document["whitelist"], ...listOf(document["allowlists"])];
  for (const list of lists.map(membersOf)) {
    const narrow = narrowedBy(list);
    if (narrow !== null) {
      unsaid.push(`an allowlist${textOf(list["description"], "").replace(/^(?=.)/, " ")}: ${narrow}`);
      continue;
    }
    // Up to version 7, `files` are paths and `paths` are folders.
    for (const path of [...textsOf(list["files"]), ...textsOf(list["paths"])]) {
      const paths = pathsFromRegex(path);
      if (paths === null) unsaid.push(`allowlist path ${path}: no path pattern covers the same files`);
      else exclude.push(...paths);
    }
    for (const kind of ["commits", "regexes", "stopwords", "repos"]) {
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

/** What a rule asks for beside its expression, and its pattern then does not. */
function limitsOf(rule: Readonly<Record<string, unknown>>): readonly string[] {
  return [
    ...(rule["path"] === undefined ? [] : ["its path; the pattern holds for every file"]),
    ...(rule["required"] === undefined ? [] : ["the rules that it requires nearby; the pattern holds alone"]),
    ...(rule["entropy"] === undefined ? [] : ["its entropy; what is a placeholder is left out instead"]),
  ];
}

/** Why an allowlist accepts less than its paths alone would; `null` where it does not. */
function narrowedBy(list: Readonly<Record<string, unknown>>): string | null {
  if (list["targetRules"] !== undefined) return "it is for some rules, and exclude holds for all";
  return /^(?:and|&&)$/i.test(textOf(list["condition"], ""))
    ? "all of it must hold at once, and exclude asks for the path alone"
    : null;
}
