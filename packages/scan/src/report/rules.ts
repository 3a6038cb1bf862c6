import type { KeyPattern, ProviderProfile } from "@keywarden/key-format";
import type { Finding } from "../policy/finding.ts";
import { anyProvider, describeSort } from "./describe.ts";
import type { KeySort } from "./describe.ts";
import { listRemedies } from "./remedies.ts";

/** What a finding is an instance of, in formats that sort findings by rule: one for each format of each provider. */
export interface Rule extends KeySort {
  /**
   * `aforo/secret-live`; a key that more than one provider may have issued is `unattributed/secret-live`, and one that is
   * found by a pattern has the pattern's name: `github/classic-pat`.
   */
  readonly id: string;
  readonly title: string;
  /** What such a key starts with; empty where that says nothing. */
  readonly prefixes: readonly string[];
  /** What to do about such a key, as sentences. */
  readonly help: readonly string[];
}

/** How much harm such a key can do in the wrong hands. */
export type Severity = "critical" | "high" | "medium" | "low";

/** Gives the id of the rule that a finding belongs to. */
export function ruleIdOf({ provider, format, kind, label }: Finding): string {
  return format ?? `${provider ?? "unattributed"}/${kind}-${label}`;
}

/**
 * Lists the rules of these providers, in their order, then those without an owner, then those of the patterns of which
 * something was found: the catalogue has hundreds.
 */
export function rulesOf(
  providers: readonly ProviderProfile[],
  found: readonly Pick<Finding, "format">[],
): readonly Rule[] {
  const rules = new Map<string, Rule>();
  const add = (owner: ProviderProfile | null, sort: KeySort, prefix: string): void => {
    const id = `${owner?.id ?? "unattributed"}/${sort.kind}-${sort.label}`;
    const prefixes = [...new Set([...(rules.get(id)?.prefixes ?? []), prefix])];
    const title = describeSort(sort, owner?.name ?? "Unattributed");
    const help = listRemedies(owner === null ? [] : [owner], prefixes[0] ?? "");
    const { kind, environment, label } = sort;
    rules.set(id, { id, title, kind, environment, label, prefixes, help });
  };
  for (const owner of providers) for (const format of owner.formats) add(owner, format, format.prefix);
  for (const { formats } of providers) for (const format of formats) add(null, format, format.prefix);
  const formats = new Set(found.map(({ format }) => format));
  for (const provider of providers) {
    for (const pattern of provider.patterns ?? []) {
      const id = `${provider.id}/${pattern.id}`;
      if (formats.has(id)) rules.set(id, patternRule(id, provider, pattern));
    }
  }
  return [...rules.values()];
}

function patternRule(
  id: string,
  provider: ProviderProfile,
  { id: label, name, kind, variants }: KeyPattern,
): Rule {
  return {
    id,
    title: provider.id === anyProvider ? name : `${provider.name} ${name}`,
    kind,
    environment: variants[0]?.deployment?.environment ?? null,
    label: variants[0]?.deployment?.label ?? label,
    // What such a key starts with is itself enough for some to be redacted.
    prefixes: [],
    help: listRemedies(provider.id === anyProvider ? [] : [provider], ""),
  };
}

/** Says how loud a finding is: only one that stops something and is sure is an error. */
export function levelOf({ action, confidence }: Finding): "error" | "warning" | "note" {
  if (action === "warn") return "note";
  return confidence === "high" ? "error" : "warning";
}

/** Ranks a sort of key by the harm that it can do. */
export function severityOf({ kind, environment }: KeySort): Severity {
  if (kind === "publishable") return "low";
  if (environment !== null && environment !== "production") return "medium";
  return kind === "secret" ? "critical" : "high";
}
