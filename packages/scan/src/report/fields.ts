import type { Finding } from "../finding.ts";

type Field = keyof Finding;

/** The parts of a finding by the names that JSON gives them, in the order in which formats made of text list them. */
export const findingFields: readonly Field[] = [
  "path",
  "place",
  "line",
  "column",
  "endColumn",
  "provider",
  "candidates",
  "kind",
  "environment",
  "label",
  "redacted",
  "confidence",
  "reason",
  "fingerprint",
  "commit",
];

/** Gives one part of a finding as text: a list with spaces between its words, nothing where there is nothing. */
export function fieldText(finding: Finding, field: Field): string {
  const value: unknown = finding[field] ?? "";
  return Array.isArray(value) ? value.join(" ") : String(value);
}
