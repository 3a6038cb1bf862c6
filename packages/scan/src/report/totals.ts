import { printable } from "../printable.ts";
import type { Counts, RepositorySummary, ScanSummary } from "./summary.ts";

/** Lists what a report for machines says at its end, in the order of the text: the proof of the scan is the last line. */
export function closingLines(summary: ScanSummary): readonly string[] {
  return [
    ...summary.expired.map(printable),
    ...renderRepositories(summary),
    ...renderTotals(summary).toReversed(),
  ];
}

/** Says of each of several repositories what was found and scanned in it; no lines where none was named. */
export function renderRepositories({ repositories = [] }: ScanSummary): readonly string[] {
  return repositories.map((summary) => {
    const { repository, findings, complete } = summary;
    const found = findings === 1 ? "1 key found" : `${findings} keys found`;
    const [scanned = ""] = renderTotals(summary);
    const words = [
      ...(findings > 0 ? [found] : complete ? [noKeysFound(summary)] : []),
      ...(complete ? [] : ["not everything could be read"]),
    ];
    return `${printable(repository)}: ${words.join(", ")}: ${scanned}`;
  });
}

/** The words for a complete scan that found nothing: what was left out on purpose may still hold keys. */
export function noKeysFound({ skipped }: Pick<ScanSummary, "skipped">): string {
  return skipped.length === 0 ? "no keys found" : "no keys found in what was read";
}

/** Renders what a scan did in one line, and one more each for keys left alone and keys accepted: the last words of every report. */
export function renderTotals(summary: ScanSummary): readonly string[] {
  const { mode, files, blobs, bytes, skipped, notLookedFor = [], unread } = summary;
  const parts: string[] =
    mode === "staged"
      ? [counted(files, "staged path"), counted(blobs, "blob")]
      : summary.commits === undefined
        ? [mode === "stdin" ? "standard input" : mode === "message" ? "the message" : counted(files, "file")]
        : historyParts(summary, summary.commits);
  if (summary.repositories !== undefined) parts.unshift(countRepositories(summary.repositories));
  parts.push(sizeText(bytes.scanned));
  if (summary.fromCache !== undefined) {
    const what = summary.commits === undefined ? "files" : "objects";
    parts.push(`${summary.fromCache} of the ${what} from the cache`);
  }
  const packed = skipped.filter(({ part }) => part !== undefined).length;
  const left = skipped.length - packed;
  const unopened = packed === 0 ? [] : [`${packed} packed ${packed === 1 ? "part" : "parts"} not opened`];
  const skippedText =
    skipped.length === 0
      ? "nothing skipped"
      : [...(left > 0 ? [`${left} skipped`] : []), ...unopened].join(", ");
  const unreadText = unread.length === 0 ? "" : `, ${unread.length} could not be read`;
  const ignored = Object.entries(summary.ignored).map(
    ([why, count]) => `${count} ${ignoredText(why, count)}`,
  );
  const limits = notLookedFor.length === 0 ? "" : "; rare forms and sorts are left to keywarden scan";
  const lines = [`scanned ${parts.join(", ")}; ${skippedText}${unreadText}${limits}`];
  if (ignored.length > 0) lines.push(`left alone: ${ignored.join(", ")}`);
  const { inline, config, baseline } = summary.suppressed;
  const accepted = [
    ...(inline > 0 ? [`${inline} by keywarden:allow`] : []),
    ...(config > 0 ? [`${config} by keywarden.json`] : []),
    ...(baseline > 0 ? [`${baseline} in the baseline`] : []),
  ];
  if (accepted.length > 0) lines.push(`accepted: ${accepted.join(", ")}; --show-accepted lists them`);
  return lines;
}

function countRepositories(repositories: readonly RepositorySummary[]): string {
  const scanned = repositories.filter(({ complete }) => complete).length;
  return counted({ listed: repositories.length, scanned, skipped: 0 }, "whole repository").replace(
    /ys$/,
    "ies",
  );
}

function historyParts({ blobs, refs, tags, scope }: ScanSummary, commits: Counts): string[] {
  return [
    `${counted(commits, "commit")}${scope === undefined ? "" : ` (${scope})`}`,
    ...(tags === undefined || tags.listed === 0 ? [] : [counted(tags, "tag")]),
    ...(refs === undefined || refs.listed === 0 ? [] : [counted(refs, "ref name")]),
    counted(blobs, "blob"),
  ];
}

function counted({ listed, scanned }: Counts, noun: string): string {
  const number = listed === scanned ? String(scanned) : `${scanned} of ${listed}`;
  return `${number} ${noun}${listed === 1 ? "" : "s"}`;
}

/** Renders a size with three digits: `812 B`, `12.3 kB`, `4.51 GB`. */
function sizeText(sizeBytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let size = sizeBytes;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toPrecision(3)} ${units[unit] ?? ""}`;
}

function ignoredText(why: string, count: number): string {
  const words: Readonly<Record<string, readonly [string, string]>> = {
    publishable: ["publishable key", "publishable keys"],
    placeholder: ["placeholder", "placeholders"],
    "published-example": ["published example", "published examples"],
    "low-confidence": ["doubtful match", "doubtful matches"],
    policy: ["key that policy ignores", "keys that policy ignores"],
    excluded: ["key in an excluded file", "keys in excluded files"],
  };
  const [one, many] = words[why] ?? [why, why];
  return count === 1 ? one : many;
}
