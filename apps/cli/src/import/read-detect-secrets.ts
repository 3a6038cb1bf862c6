import { type Imported, listOf, membersOf, nothingImported, textOf, textsOf } from "./imported.ts";
import { pathsFromRegex } from "./path-from-regex.ts";

/** Reads a .secrets.baseline, which names accepted text by its SHA-1. */
export function readDetectSecrets(source: string): Imported {
  const document = membersOf(JSON.parse(source));
  const unsaid: string[] = [];
  const exclude: string[] = [];
  const filters = listOf(document["filters_used"]).map(membersOf);
  const old = membersOf(document["exclude"])["files"];
  const expressions = [
    ...filters.flatMap(({ pattern, path }) =>
      String(path).endsWith("should_exclude_file") ? [...textsOf(pattern), ...textsOf([pattern])] : [],
    ),
    ...textsOf([old]),
  ];
  for (const expression of expressions) {
    const paths = pathsFromRegex(expression);
    if (paths === null) unsaid.push(`excluded files ${expression}: no path pattern covers the same files`);
    else exclude.push(...paths);
  }
  for (const { path } of filters) {
    if (/should_exclude_(?:line|secret)$/.test(String(path)))
      unsaid.push(`${String(path)}: lines and texts cannot be excluded by an expression`);
  }
  if (typeof membersOf(document["exclude"])["lines"] === "string") {
    unsaid.push("excluded lines: lines and texts cannot be excluded by an expression");
  }
  for (const { name } of listOf(document["plugins_used"]).map(membersOf)) {
    if (/HighEntropyString$|^KeywordDetector$/.test(textOf(name, "")))
      unsaid.push(`plugin ${textOf(name, "")}: passwords, random text and addresses are not looked for`);
  }
  // Code of the repository, which neither a scan nor a file of settings runs.
  for (const { path, name } of [...filters, ...listOf(document["plugins_used"]).map(membersOf)]) {
    if (String(path).startsWith("file://")) unsaid.push(`${textOf(name, String(path))}: it is code`);
  }
  const acceptedSha1 = new Map<string, Set<string>>();
  for (const [path, found] of Object.entries(membersOf(document["results"]))) {
    for (const { hashed_secret: hash, is_secret: isSecret } of listOf(found).map(membersOf)) {
      if (typeof hash !== "string") continue;
      if (isSecret === true) {
        unsaid.push(`${path}: an audited entry is a real secret; it is not accepted`);
        continue;
      }
      acceptedSha1.set(path, (acceptedSha1.get(path) ?? new Set()).add(hash));
    }
  }
  return { ...nothingImported, exclude, acceptedSha1, unsaid };
}
