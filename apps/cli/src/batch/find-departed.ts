import { evaluate, isLiveKey, memberName, memberNames, type Departure } from "@keywarden/hygiene";
import { accept } from "../audit/accepting.ts";
import type { InventoryKey } from "../audit/audited-inventory.ts";
import { makePolicyOf } from "../audit/policy-of.ts";
import { CliError } from "../cli-error.ts";
import type { Config } from "@keywarden/repository-config";
import type { DueKey } from "./due-key.ts";

/** Whom the command line itself named, and who else has left. */
export interface DepartedMembers {
  readonly all: readonly Departure[];
  /** As it was spelt; somebody whom no key names may be a slip of the pen. */
  readonly named: readonly string[];
}

/**
 * Gives the live keys that are to be rotated because someone who knew them has left, as `keywarden audit` finds them.
 *
 * @throws CliError CLI_INCOMPLETE when no live key names somebody whom the command line names
 */
export function findDeparted(
  keys: readonly InventoryKey[],
  departures: DepartedMembers,
  { managedProviders, hygiene }: Pick<Config, "managedProviders" | "hygiene">,
  nowMs: number,
): readonly DueKey[] {
  const policyOf = makePolicyOf(managedProviders, hygiene, undefined);
  const live = keys.filter(({ facts }) => isLiveKey(facts, policyOf(facts.provider), nowMs));
  const known = new Set(live.flatMap(({ facts }) => [...memberNames(facts)]));
  const stranger = departures.named.find((member) => !known.has(memberName(member)));
  if (stranger !== undefined) {
    throw new CliError(
      "CLI_INCOMPLETE",
      `No live key names ${stranger}: check the spelling; keywarden keys list shows owners.`,
    );
  }
  const all = evaluate(
    live.map(({ facts }) => facts),
    { policyOf, departures: departures.all, nowMs },
  );
  const { findings } = accept(
    all.filter(({ rule }) => rule === "owner-departed"),
    hygiene.accept ?? [],
    { command: "audit", nowMs, namesOf: ({ keyId }) => [keyId] },
  );
  return findings.flatMap(({ keyId, provider, deadlineMs, message: reason }) => {
    const key = live.find(({ facts }) => facts.id === keyId && facts.provider === provider);
    return key === undefined
      ? []
      : [{ keyId, provider, name: key.name, redacted: key.redacted, deadlineMs, reason }];
  });
}
