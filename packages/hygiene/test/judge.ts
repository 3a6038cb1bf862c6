import { builtInProviders } from "@keywarden/key-format";
import {
  auditPolicyFor,
  evaluate,
  type AuditedKey,
  type Departure,
  type HygieneFinding,
  type HygieneSettings,
  type RuleId,
} from "@keywarden/hygiene";
import { dayMs, madeAtMs, makeFacts } from "./key.ts";

export interface Circumstances {
  readonly departures?: readonly Departure[];
  readonly settings?: HygieneSettings;
}

/** Audits keys of the built-in providers. */
export function evaluateAt(
  keys: readonly AuditedKey[],
  nowMs: number,
  { departures = [], settings = {} }: Circumstances = {},
): readonly HygieneFinding[] {
  const policyOf = (id: string) =>
    auditPolicyFor(
      builtInProviders.find((provider) => provider.id === id),
      settings,
    );
  return evaluate(keys, { policyOf, departures, nowMs });
}

/** Audits the usual key with changes, so long after it was made. */
export const judge = (
  changes: Partial<AuditedKey>,
  ageMs: number,
  circumstances?: Circumstances,
): readonly HygieneFinding[] => evaluateAt([makeFacts(changes)], madeAtMs + ageMs, circumstances);

export const rulesOf = (
  changes: Partial<AuditedKey>,
  ageMs = dayMs,
  circumstances?: Circumstances,
): readonly RuleId[] => judge(changes, ageMs, circumstances).map(({ rule }) => rule);
