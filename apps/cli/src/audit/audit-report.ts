import { severities } from "@keywarden/hygiene";
import type { AuditPolicy, Departure, HygieneFinding, Unjudged } from "@keywarden/hygiene";
import type { ProviderProfile } from "@keywarden/key-format";
import type { AcceptedFinding } from "./accepting.ts";
import type { Inventory, InventoryKey } from "./audited-inventory.ts";

/** Everything that a report of an audit is made from; nothing in it reveals a key. */
export interface AuditReport {
  readonly inventory: Inventory;
  readonly nowMs: number;
  readonly liveKeys: number;
  /** By deadline within each severity, the worst first. */
  readonly findings: readonly AuditFinding[];
  readonly accepted: readonly AcceptedFinding<HygieneFinding>[];
  /** How many findings are below the severity that was asked for. */
  readonly below: number;
  readonly unjudged: readonly Unjudged[];
  readonly departures: readonly (Departure & { readonly keys: number })[];
  readonly policyOf: (provider: string) => AuditPolicy;
}

export interface AuditFinding {
  readonly finding: HygieneFinding;
  readonly key: InventoryKey;
}

export interface RenderContext {
  readonly providers: readonly ProviderProfile[];
  readonly version: string;
  readonly isColoured: boolean;
  readonly width: number;
  /** Makes any text of the inventory fit for one line, without a key in it. */
  readonly plain: (text: string) => string;
}

/** Orders findings: by severity, then by deadline, those without one last. */
export function orderFindings(findings: readonly AuditFinding[]): readonly AuditFinding[] {
  return findings.toSorted(
    ({ finding: one }, { finding: other }) =>
      severities.indexOf(one.severity) - severities.indexOf(other.severity) ||
      deadlineOf(one) - deadlineOf(other),
  );
}

// A number, because the difference of two infinities is NaN.
const deadlineOf = ({ deadlineMs }: HygieneFinding): number => deadlineMs ?? Number.MAX_SAFE_INTEGER;

export const isoOrNullOf = (atMs: number | null): string | null =>
  atMs === null ? null : new Date(atMs).toISOString();
