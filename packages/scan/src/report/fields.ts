import type { Finding } from "../policy/finding.ts";

type Field = keyof Finding;

const everyField: Readonly<Record<Field, true>> = {
  path: true,
  locationKind: true,
  line: true,
  column: true,
  endColumn: true,
  action: true,
  provider: true,
  candidates: true,
  kind: true,
  environment: true,
  label: true,
  redacted: true,
  confidence: true,
  reason: true,
  fingerprint: true,
  id: true,
  commit: true,
  author: true,
  date: true,
  others: true,
  member: true,
  foreignAllow: true,
  format: true,
  repository: true,
};

/** The parts of a finding by the names that JSON gives them, in the order in which formats made of text list them. */
export const findingFields = Object.keys(everyField) as readonly Field[];

/** Gives one part of a finding as text: a list with spaces between its words, nothing where there is nothing. */
export function fieldText(finding: Finding, field: Field): string {
  const value: unknown = finding[field] ?? "";
  return Array.isArray(value) ? value.join(" ") : String(value);
}
