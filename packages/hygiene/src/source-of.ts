import { rules, type RuleId } from "./rules.ts";
import { sentences } from "./sentences.ts";

/** Where a rule comes from: a sentence of the provider's document, or Keywarden's own reason. */
export interface RuleSource {
  /** The provider whose document it is; `null` when that document says nothing of the kind. */
  readonly provider: string | null;
  readonly sentence: string;
}

/** Gives what stands behind a rule for a provider's keys. */
export function sourceOf(rule: RuleId, provider: string | null): RuleSource {
  const own =
    provider !== null && Object.hasOwn(sentences, provider) ? sentences[provider]?.[rule] : undefined;
  return own === undefined
    ? { provider: null, sentence: rules[rule].otherwise }
    : { provider, sentence: own };
}
