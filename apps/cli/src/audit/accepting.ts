import { rules, type HygieneRule, type RuleId } from "@keywarden/hygiene";
import { meantOrKnown } from "@keywarden/key-format";
import { CliError } from "../cli-error.ts";
import { dayOf } from "@keywarden/repository-config";
import type { AcceptDocument } from "@keywarden/repository-config";

/** A finding that an entry accepts, with what the entry says of it. */
export interface AcceptedFinding<Finding> {
  readonly finding: Finding;
  readonly reason: string;
  readonly owner: string | null;
  /** The first day on which it counts again; `null` for an entry that names none. */
  readonly expires: string | null;
}

/** Findings, parted by what keywarden.json accepts. */
export interface Accepted<Finding> {
  readonly findings: readonly Finding[];
  readonly accepted: readonly AcceptedFinding<Finding>[];
  /** Sentences about entries that do nothing any more. */
  readonly stale: readonly string[];
}

interface Accepting<Finding> {
  readonly command: "audit" | "check-env";
  readonly nowMs: number;
  /** What `key` of an entry can name the finding by. */
  readonly namesOf: (finding: Finding) => readonly (string | null)[];
}

/** Takes out what `hygiene.accept` accepts. @throws CliError CLI_CONFIG for a rule that does not exist */
export function accept<Finding extends { readonly rule: RuleId }>(
  findings: readonly Finding[],
  entries: readonly AcceptDocument[],
  { command, nowMs, namesOf }: Accepting<Finding>,
): Accepted<Finding> {
  const used = new Set<AcceptDocument>();
  const accepted: AcceptedFinding<Finding>[] = [];
  for (const { rule } of entries) if (rule !== undefined) checkRule(rule);
  const rest = findings.filter((finding) => {
    const entry = entries.find(
      ({ key, rule, expires }) =>
        !isPast(expires, nowMs) &&
        (rule === undefined || rule === finding.rule) &&
        (key === undefined || namesOf(finding).includes(key)),
    );
    if (entry === undefined) return true;
    used.add(entry);
    const { reason, owner = null, expires = null } = entry;
    accepted.push({ finding, reason, owner, expires });
    return false;
  });
  const stale = entries.flatMap((entry, index) => {
    const { key, rule, expires } = entry;
    const name = `hygiene.accept[${index}] (${[key, rule].filter(Boolean).join(", ")})`;
    if (isPast(expires, nowMs)) return [`${name} expired on ${expires}: its findings count again`];
    // What the other command may judge by can be for the other one.
    const isOurs = rule !== undefined && isOnlyFor(rule, command);
    return isOurs && !used.has(entry) ? [`${name} accepts nothing any more: remove it`] : [];
  });
  return { findings: rest, accepted, stale };
}

const isOnlyFor = (id: string, command: string): boolean =>
  Object.entries<HygieneRule>(rules).some(
    ([rule, { commands }]) => rule === id && commands.every((name) => name === command),
  );

/** Whether the day of an entry has come. */
export function isPast(expires: string | undefined, nowMs: number): boolean {
  const atMs = expires === undefined ? null : dayOf(expires);
  return atMs !== null && nowMs >= atMs;
}

/** @throws CliError CLI_CONFIG */
export function checkRule(rule: string): void {
  const names = Object.keys(rules);
  if (names.includes(rule)) return;
  throw new CliError(
    "CLI_CONFIG",
    `hygiene.accept names a rule that does not exist, ${JSON.stringify(rule)}.${meantOrKnown(rule, names, "rules")}`,
  );
}

/** One line on an accepted finding: until when, by whom and why. */
export function describeAccepted(
  name: string,
  { finding, reason, owner, expires }: AcceptedFinding<{ readonly rule: RuleId }>,
): string {
  const until = expires === null ? "without an end" : `until ${expires}`;
  return `Accepted ${until}${owner === null ? "" : ` by ${owner}`}: ${finding.rule} of ${name}: ${reason}`;
}
