import type { AllowUse, FindingId, ScanReport } from "@keywarden/scan";
import { nearestWord, suggest } from "@keywarden/key-format";
import { baselineFolder, type Baseline } from "./baseline.ts";
import type { SuppressionSetup } from "./suppression.ts";
import { configFile } from "./default-config.ts";
import type { AllowRule } from "./default-config.ts";

/** Names the expired entries that would have accepted findings, and their owners. */
export function describeExpired(rules: readonly AllowRule[], uses: readonly AllowUse[]): readonly string[] {
  return rules.flatMap((rule, index) => {
    const { isExpired = false, returned = 0 } = uses[index] ?? {};
    if (!isExpired || returned === 0) return [];
    const owner = rule.owner === undefined ? "" : `, owner ${rule.owner}`;
    const what = returned === 1 ? "1 finding is" : `${returned} findings are`;
    const expired = `this entry of allow expired on ${rule.document.expires ?? ""}`;
    return [`${positionOf(rule)}: ${expired} (${rule.reason}${owner}); ${what} reported again`];
  });
}

/** Names the expired entries of a baseline that would have accepted findings, and their owners. */
export function describeExpiredIds(
  { namesOf, entryOf }: Baseline,
  returned: ReadonlyMap<FindingId, number>,
): readonly string[] {
  return Array.from(returned, ([id, count]) => {
    const { reason, owner, expires = "" } = entryOf(id);
    const facts = [
      ...(reason === undefined ? [] : [reason]),
      ...(owner === undefined ? [] : [`owner ${owner}`]),
    ];
    const why = facts.length === 0 ? "" : ` (${facts.join(", ")})`;
    const what = count === 1 ? "1 finding is" : `${count} findings are`;
    const name = `${baselineFolder}/${(namesOf(id)[0] ?? id).slice(0, 12)}…`;
    return `${name}: this entry expired on ${expires}${why}; ${what} reported again`;
  });
}

/** Names the entries that fit nothing in a scan of everything, with what was probably meant. */
export function describeUnused(
  rules: readonly AllowRule[],
  { suppressor: { uses }, fromTop }: SuppressionSetup,
  { findings, suppressed }: ScanReport,
): readonly string[] {
  const found = [...findings, ...suppressed].map(({ finding }) => finding);
  const candidates = {
    path: found.flatMap(({ path }) => patternsFor(fromTop(path) ?? path)),
    finding: found.flatMap(({ id }) => id ?? []),
    fingerprint: found.map(({ fingerprint }) => fingerprint),
  };
  return rules.flatMap((rule, index) => {
    if ((uses[index]?.matched ?? 0) > 0) return [];
    const { member, nearest } = suggestionFor(rule, candidates) ?? { member: "" };
    const remedy = suggest(nearest, "remove it if it is no longer needed");
    return [`${positionOf(rule)}: allow[${index}]${member} fits no key in this scan${remedy}`];
  });
}

type Candidates = Readonly<Record<"path" | "finding" | "fingerprint", readonly string[]>>;

function suggestionFor(
  { document }: AllowRule,
  candidates: Candidates,
): { readonly member: string; readonly nearest?: string } | null {
  for (const name of ["path", "finding", "fingerprint"] as const) {
    const given = document[name];
    if (given === undefined || candidates[name].includes(given)) continue;
    const nearest = nearestWord(given, [...new Set(candidates[name])]);
    if (nearest !== undefined) return { member: `.${name}`, nearest };
  }
  return null;
}

// Common ways to write a pattern for a file.
function patternsFor(path: string): readonly string[] {
  const names = path.split("/");
  const folders = names.slice(0, -1).map((_, index) => names.slice(0, index + 1).join("/"));
  const extension = /\.[^./]+$/.exec(path)?.[0] ?? "";
  return [
    path,
    `**/${names.at(-1) ?? ""}`,
    ...(extension === "" ? [] : [`*${extension}`, `**/*${extension}`]),
    ...folders.flatMap((folder) => [
      folder,
      `${folder}/`,
      `${folder}/*`,
      `${folder}/**`,
      `${folder}/*${extension}`,
    ]),
  ];
}

const positionOf = ({ position }: AllowRule): string => `${configFile}:${position.line}:${position.column}`;
