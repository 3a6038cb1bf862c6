import type { Environment, KeyKind, ProviderProfile } from "@keywarden/key-format";
import type { Finding } from "../policy/finding.ts";
import type { SuppressedFinding } from "../policy/suppression.ts";
import { printable } from "../printable.ts";
import { exclusionStart } from "./summary.ts";
import type { ScanSummary, Skipped } from "./summary.ts";

/** What kind of key it is, whoever issued it. */
export interface KeySort {
  readonly kind: KeyKind;
  readonly environment: Environment | null;
  readonly label: string;
}

/** Says what was found in a few words: `Aforo secret key, production (live)`. */
export function describeKey(finding: Finding, providers: readonly ProviderProfile[]): string {
  // Four names in a headline help nobody; the line below it names them.
  const owner = finding.provider === null ? null : describeOwner(finding, providers);
  return describePattern(finding, providers, owner) ?? describeSort(finding, owner);
}

// A provider's own name for its key says more than what the key may do.
function describePattern(
  { format, environment, label }: Finding,
  providers: readonly ProviderProfile[],
  owner: string | null,
): string | null {
  if (format === undefined) return null;
  const [id, sort] = format.split("/");
  const pattern = providers
    .find((provider) => provider.id === id)
    ?.patterns?.find((known) => known.id === sort);
  if (pattern === undefined) return null;
  const name = owner === null || id === anyProvider ? pattern.name : `${owner} ${pattern.name}`;
  return label === pattern.id ? name : `${name}, ${environment} (${label})`;
}

/** The provider of JSON Web Tokens and private keys, which are nobody's in particular. */
export const anyProvider = "any-provider";

/** Says in a line what was found and why it is believed. */
export function describeFinding(finding: Finding, providers: readonly ProviderProfile[]): string {
  const { redacted, confidence, reason } = finding;
  return `${describeKey(finding, providers)}: ${redacted}, ${confidence} confidence (${reason})`;
}

/** Says what kind of key it is, and whose where that is known. */
export function describeSort({ kind, environment, label }: KeySort, owner: string | null): string {
  const deployment = environment === null || environment === label ? label : `${environment} (${label})`;
  return `${owner === null ? "" : `${owner} `}${kind} key, ${deployment}`;
}

/** Says whose key it is or may be: `Aforo`, or `Aforo, Aero2 or Example`. */
function describeOwner(finding: Finding, providers: readonly ProviderProfile[]): string {
  const ids = finding.provider === null ? finding.candidates : [finding.provider];
  const names = ids.map((id) => providers.find((provider) => provider.id === id)?.name ?? id);
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} or ${last}`;
}

/** Whether a key stands on a line of the file itself, and not in its path, a link's target or something packed. */
export function isOnLine({ locationKind, member }: Finding): boolean {
  return locationKind === "content" && member === undefined;
}

/** Says where in a file a key stands that is on no line of it; `null` when it is on one. */
export function describeInside({ locationKind, member, line }: Finding): string | null {
  if (locationKind !== "content")
    return locationKind === "path" ? "in the path itself" : "in the link's target";
  return member === undefined ? null : `in the packed ${member}, line ${line}`;
}

/** Says why a finding is left alone. */
export function describeSuppression({ finding, suppression }: SuppressedFinding): string {
  const owner =
    "owner" in suppression && suppression.owner !== undefined ? `, owner ${suppression.owner}` : "";
  if (suppression.by === "baseline") {
    const why = suppression.reason === undefined ? "" : `: ${suppression.reason}`;
    return `in the baseline as ${(finding.id ?? "").slice(0, 12)}…${why}${owner}`;
  }
  if (suppression.by === "inline")
    return `${suppression.comment ?? "keywarden:allow"}: ${suppression.reason}`;
  return `keywarden.json: ${suppression.reason}${owner}`;
}

/** Says where a key stands, for people: `src/app.ts:3:14`, or `app.zip!/config.json:3:14` in an archive. */
export function describeLocation(finding: Finding): string {
  const { repository, path, line, column, locationKind, member } = finding;
  const inside = member === undefined ? path : `${path}!/${member}`;
  const shown = printable(repository === undefined ? inside : `${repository}: ${inside}`);
  if (locationKind === "path") return `${shown} (in the path itself)`;
  return locationKind === "link" ? `${shown} (in the link's target)` : `${shown}:${line}:${column}`;
}

/** Gives a path from where the scan was started, as what reads a report looks for a file. */
export function pathFromHere({ repository = ".", path }: Pick<Finding, "repository" | "path">): string {
  return repository === "." ? path : `${repository.replace(/\/+$/, "")}/${path}`;
}

/** Names something that was left out on purpose, with its repository where several were scanned. */
export function describeSkipped({ repository, path, part = "" }: Skipped): string {
  const inside = part === "" ? path : `${path}!/${part}`;
  return repository === undefined ? inside : `${repository}: ${inside}`;
}

/** Gives what was left out although no keywarden.json asks for it: whole files, and packed parts of files. */
export function unaskedSkips({ skipped }: Pick<ScanSummary, "skipped">): {
  readonly files: readonly Skipped[];
  readonly parts: readonly Skipped[];
} {
  return {
    files: skipped.filter(({ part, reason }) => part === undefined && !reason.startsWith(exclusionStart)),
    parts: skipped.filter(({ part }) => part !== undefined),
  };
}
