import { describeExposureLocation, locationFromPath } from "../jobs/exposure-location.ts";
import type { ExposureView, ReplacementView } from "./views.ts";

/** Renders keys as a table, and counts them. */
export function renderExposures(exposures: readonly ExposureView[]): string {
  if (exposures.length === 0) return "nothing that was found matches\n";
  const rows = exposures.map(({ id, state, provider, looksLike, key, environment, repository, because }) => [
    String(id),
    state,
    provider ?? (looksLike === null ? "-" : `${looksLike}?`),
    key,
    environment,
    nameOf({ repository }),
    because,
  ]);
  const head = ["ID", "DECISION", "PROVIDER", "KEY", "ENVIRONMENT", "REPOSITORY", "BECAUSE"];
  const held = exposures.filter(({ state }) => state === "held").length;
  const tail = held === 0 ? "" : `; ${held} held: approve <id> or reject <id>`;
  return `${renderTable([head, ...rows])}${exposures.length} found${tail}\n`;
}

/** Renders everything that is known of one key. */
export function describeExposure(exposure: ExposureView): string {
  const { key, kind, environment, provider, keyId, approval, locations, provenance } = exposure;
  const facts: readonly (readonly [string, string])[] = [
    ["key", `${key} (${kind}, ${environment})`],
    [
      "provider",
      provider === null
        ? sayUnknownProvider(exposure)
        : `${provider}${keyId === null ? "" : `, key id ${keyId}`}`,
    ],
    ["repository", `${nameOf(exposure)} (${exposure.repository.visibility})`],
    ["decision", `${exposure.state}: ${exposure.because}`],
    ["provenance", provenance],
    ["approval", approval === null ? "none" : `${approval.verdict} by ${approval.by} at ${approval.at}`],
    ...(exposure.replacement === null ? [] : [["successor", sayReplacement(exposure.replacement)] as const]),
    ["pushed by", exposure.pusher ?? "unknown"],
    ["first seen", exposure.firstSeenAt],
    ["decided", exposure.decidedAt],
    ["fingerprint", exposure.fingerprint],
    ...locations.map(({ commit, path, line }, index): readonly [string, string] => [
      index === 0 ? "locations" : "",
      `${describeExposureLocation(locationFromPath(path), line)} in ${commit.slice(0, 12)}`,
    ]),
  ];
  return `exposure ${exposure.id}\n${facts.map(([name, value]) => `  ${name.padEnd(12)} ${clean(value)}\n`).join("")}`;
}

/** Says whose key it looks like, where no provider says that it issued it. */
export function sayUnknownProvider({ looksLike }: Pick<ExposureView, "looksLike">): string {
  return looksLike === null ? "unknown" : `unknown; written like a key of ${looksLike}`;
}

/** Says how far a successor is, on one line. */
export function sayReplacement({ state, why, successorId, dueAt, rotation }: ReplacementView): string {
  const of = successorId === null ? "" : `, key id ${successorId}`;
  const until = state === "under-way" ? `, until ${dueAt}` : "";
  return `${state}${of}${until} (rotation ${rotation})${why === null ? "" : `: ${why}`}`;
}

/** Renders rows in columns that are as wide as their widest cell; the last one is not filled up. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const cleaned = rows.map((row) => row.map(clean));
  const widths = (cleaned[0] ?? []).map((_, column) =>
    Math.max(...cleaned.map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("  ");
  return cleaned.map((row) => `${line(row)}\n`).join("");
}

function nameOf({ repository }: Pick<ExposureView, "repository">): string {
  return repository.name ?? `${repository.host} repository ${repository.id}`;
}

// Paths and names of people come from outside, and a terminal obeys control characters.
function clean(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "?");
}
