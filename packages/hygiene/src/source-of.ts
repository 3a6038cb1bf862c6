import { rules, type RuleId } from "./rules.ts";
import { sentences } from "./sentences.ts";

/** The source of a rule: a sentence of the provider's documentation, or Keywarden's own reason. */
export interface RuleSource {
  /** The provider that is quoted; `null` if its documentation says nothing about it. */
  readonly provider: string | null;
  readonly sentence: string;
}

/** Gives the source of a rule for a provider's keys. */
export function sourceOf(rule: RuleId, provider: string | null): RuleSource {
  const own =
    provider !== null && Object.hasOwn(sentences, provider) ? sentences[provider]?.[rule] : undefined;
  return own === undefined
    ? { provider: null, sentence: rules[rule].otherwise }
    : { provider, sentence: own };
}
