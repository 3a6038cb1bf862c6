import { readPathPattern } from "@keywarden/scan";
import { parse } from "yaml";
import { type Imported, listOf, membersOf, nothingImported, textsOf, unreadIn } from "./imported.ts";

const readOfSecret = ["paths", "matches", "detectors"].flatMap((what) => [
  `ignored_${what}`,
  `ignored-${what}`,
]);

/** Reads a .gitguardian.yaml of either version. */
export function readGgshield(source: string): Imported {
  const document = membersOf(parse(source));
  const secret = membersOf(document["secret"]);
  const unsaid: string[] = [
    ...unreadIn(document, ["version", "secret", "paths-ignore", "matches-ignore", "banlisted-detectors"]),
    ...unreadIn(secret, readOfSecret, "secret."),
  ];
  const exclude: string[] = [];
  const paths = [secret["ignored_paths"], secret["ignored-paths"], document["paths-ignore"]].flatMap(textsOf);
  for (const path of paths) {
    const pattern = path.replace(/^\.?\//, "");
    if (readPathPattern(pattern).ok) exclude.push(pattern);
    else unsaid.push(`ignored path ${path}: it is not a path pattern here`);
  }
  const matches = [secret["ignored_matches"], secret["ignored-matches"], document["matches-ignore"]];
  for (const entry of matches.flatMap(listOf)) {
    const { match, name } = typeof entry === "string" ? { match: entry, name: undefined } : membersOf(entry);
    const called = typeof name === "string" ? ` (${name})` : "";
    // It may be the secret itself, so it is not shown.
    unsaid.push(
      typeof match === "string" && /^[0-9a-f]{64}$/.test(match)
        ? `an ignored match${called}: it is the hash of a secret together with its sort, by which no key is known here`
        : `an ignored match${called}: it is a text, and not a hash`,
    );
  }
  const detectors = [
    secret["ignored_detectors"],
    secret["ignored-detectors"],
    document["banlisted-detectors"],
  ];
  for (const detector of detectors.flatMap(textsOf)) {
    unsaid.push(`ignored detector ${detector}: allow takes a format, see keywarden formats list`);
  }
  return { ...nothingImported, exclude, unsaid };
}
