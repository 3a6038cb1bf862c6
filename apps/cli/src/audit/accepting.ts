import { rules, type HygieneFinding } from "@keywarden/hygiene";
import { nearestWord } from "@keywarden/key-format";
import { CliError } from "../cli-error.ts";
import { dayOf } from "../config/config-shape.ts";
import type { AcceptDocument } from "../config/config-shape.ts";

/** Findings, parted by what keywarden.json accepts. */
export interface Accepted {
  readonly findings: readonly HygieneFinding[];
  readonly accepted: readonly { readonly finding: HygieneFinding; readonly reason: string }[];
  /** Sentences about entries that do nothing any more. */
  readonly stale: readonly string[];
}

/** Takes out what `hygiene.accept` accepts. @throws CliError CLI_CONFIG for a rule that does not exist */
export function accept(
  findings: readonly HygieneFinding[],
  entries: readonly AcceptDocument[],
  nowMs: number,
): Accepted {
  const uses = new Map(entries.map((entry) => [entry, 0]));
  const accepted: { finding: HygieneFinding; reason: string }[] = [];
  for (const { rule } of entries) if (rule !== undefined) checkRule(rule);
  const rest = findings.filter((finding) => {
    const entry = entries.find((candidate) => !isExpired(candidate, nowMs) && fits(candidate, finding));
    if (entry === undefined) return true;
    uses.set(entry, (uses.get(entry) ?? 0) + 1);
    accepted.push({ finding, reason: entry.reason });
    return false;
  });
  const stale = entries.flatMap((entry, index) => {
    const name = `hygiene.accept[${index}] (${entry.key ?? entry.rule ?? ""})`;
    if (isExpired(entry, nowMs)) return [`${name} has expired on ${entry.expires}: its findings count again`];
    return uses.get(entry) === 0 ? [`${name} accepts nothing any more: take it out`] : [];
  });
  return { findings: rest, accepted, stale };
}

const fits = ({ key, rule }: AcceptDocument, finding: HygieneFinding): boolean =>
  (key === undefined || key === finding.keyId) && (rule === undefined || rule === finding.rule);

function isExpired({ expires }: AcceptDocument, nowMs: number): boolean {
  const atMs = expires === undefined ? null : dayOf(expires);
  return atMs !== null && nowMs >= atMs;
}

function checkRule(rule: string): void {
  const names = Object.keys(rules);
  if (names.includes(rule)) return;
  const nearest = nearestWord(rule, names);
  const hint = nearest === undefined ? `They are ${names.join(", ")}.` : `Did you mean ${nearest}?`;
  throw new CliError(
    "CLI_CONFIG",
    `hygiene.accept names a rule that does not exist, ${JSON.stringify(rule)}. ${hint}`,
  );
}
