import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { filesAbove } from "@keywarden/command-line";
import { configFile } from "@keywarden/repository-config";
import { foreignFiles, gitleaksIgnore } from "./foreign-files.ts";

const commands = {
  gitleaks: "keywarden import gitleaks",
  "detect-secrets": "keywarden import detect-secrets",
  trufflehog: "keywarden import trufflehog",
  ggshield: "keywarden import ggshield",
} as const satisfies Record<keyof typeof foreignFiles, string>;

/**
 * Says that what another scanner is told here was not applied, to a person who finds keys reported that it accepts; null
 * where there is nothing of the kind, or a keywarden.json, into which it can be converted.
 */
export function describeForeignLists(directory: string): string | null {
  const top = filesAbove(directory, ".git").find((path) => existsSync(path));
  const folder = top === undefined ? directory : dirname(top);
  const has = (name: string): boolean => existsSync(`${folder}/${name}`);
  if (has(configFile)) return null;
  // A name that says nothing of a scanner can be anybody's.
  const named = Object.entries(foreignFiles).map(
    ([action, files]) => [action, files.filter((name) => name !== "exclude-paths.txt" && has(name))] as const,
  );
  const actions = named.flatMap(([action, files]) => (files.length === 0 ? [] : [action]));
  const files = [...named.flatMap(([, found]) => found), ...(has(gitleaksIgnore) ? [gitleaksIgnore] : [])];
  if (files.length === 0) return null;
  const imports = actions.map((action) => commands[action as keyof typeof foreignFiles]).join(" and ");
  const convert = imports === "" ? "" : `${imports} converts what can be converted, and `;
  return (
    `not applied, because another scanner reads it: ${files.join(", ")}; ` +
    `${convert}keywarden baseline create accepts the keys that are there today`
  );
}
