import { printable } from "@keywarden/scan";
import type { ExplainedMatch, Explanation } from "./explanation.ts";

const gutter = 11;

/** Renders an explanation for people. */
export function renderExplanation({ path, mode, scanned, facts, matches, unopened }: Explanation): string {
  const command = mode === "staged" ? "keywarden scan --staged" : "keywarden scan";
  const lines = [`${printable(path)} is ${scanned ? "" : "not "}scanned by ${command}`];
  for (const { about, is } of facts) lines.push(`  ${about.padEnd(gutter)}${printable(is)}`);
  for (const match of matches) lines.push(...renderMatch(match));
  for (const { path: part, reason } of unopened) {
    lines.push(
      `  ${"not opened".padEnd(gutter)}${part === "" ? "" : `${printable(part)}: `}${printable(reason)}`,
    );
  }
  if (facts.some(({ about }) => about === "searched") && matches.length === 0)
    lines.push(`  ${"found".padEnd(gutter)}nothing that looks like a key`);
  return `${lines.join("\n")}\n`;
}

function renderMatch(match: ExplainedMatch): readonly string[] {
  const { outcome, by, place, line, column, member, view, redacted, confidence, reason } = match;
  const inside = member === undefined ? "" : `${printable(member)}:`;
  const where =
    place === "path" ? "the path" : place === "link" ? "the target" : `${inside}${line}:${column}`;
  const indent = " ".repeat(gutter + 2);
  return [
    `  ${"found".padEnd(gutter)}${redacted} at ${where}, ${view}, ${confidence} confidence`,
    `${indent}${outcome}${by === undefined ? "" : `: ${printable(by)}`}`,
    `${indent}why: ${printable(reason)}`,
  ];
}
