import { describeUnread, printable, wrap } from "@keywarden/scan";
import type { ExplainedMatch, WholeExplanation } from "./explanation.ts";

const gutter = 11;

/** Renders an explanation for people, at most `width` columns wide where words allow it. */
export function renderExplanation(explanation: WholeExplanation, width: number): string {
  const { path, mode, scanned, facts, matches, unopened, unread } = explanation;
  const command = mode === "staged" ? "keywarden scan --staged" : "keywarden scan";
  const row = (about: string, text: string): readonly string[] =>
    wrap(printable(text), width, `  ${about.padEnd(gutter)}`);
  const lines = [
    `${printable(path)} is ${scanned ? "" : "not "}scanned by ${command}`,
    ...facts.flatMap(({ about, is }) => row(about, is)),
    ...matches.flatMap((match) =>
      describeMatch(match).flatMap((text, index) => row(index === 0 ? "found" : "", text)),
    ),
    ...unopened.flatMap(({ path: part, reason }) =>
      row("not opened", part === "" ? reason : `${part}: ${reason}`),
    ),
  ];
  for (const gap of unread) lines.push(...row("missing", `${gap.location} ${describeUnread(gap)}`));
  const wasSearched = facts.some(({ about }) => about === "searched");
  if (wasSearched && matches.length === 0) lines.push(...row("found", "nothing that looks like a key"));
  return `${lines.join("\n")}\n`;
}

function describeMatch(match: ExplainedMatch): readonly string[] {
  const { outcome, by, locationKind, line, column, member, encoding, redacted, confidence, reason } = match;
  const inside = member === undefined ? "" : `${member}:`;
  const where =
    locationKind === "path"
      ? "the path"
      : locationKind === "link"
        ? "the target"
        : `${inside}${line}:${column}`;
  return [
    `${redacted} at ${where}, ${encoding}, ${confidence} confidence`,
    by === undefined ? outcome : `${outcome}: ${by}`,
    `why: ${reason}`,
  ];
}
