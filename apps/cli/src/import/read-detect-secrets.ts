import { type Imported, listOf, membersOf, nothingImported, textsOf } from "./imported.ts";
import { pathFromRegex } from "./path-from-regex.ts";

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
    const pattern = pathFromRegex(expression);
    if (pattern === null) unsaid.push(`excluded files ${expression}: no path pattern covers the same files`);
    else exclude.push(pattern);
  }
  for (const { path } of filters) {
    if (/should_exclude_(?:line|secret)$/.test(String(path)))
      unsaid.push(`${String(path)}: lines and texts cannot be excluded by an expression`);
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
