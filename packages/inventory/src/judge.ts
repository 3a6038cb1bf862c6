import { policyFor, type HygienePolicy } from "@keywarden/hygiene";
import { redactWithin } from "@keywarden/key-format";
import type { Providers } from "@keywarden/key-format";
import { namePolicy, type NamedPolicy } from "./named-policy.ts";
import { safeText } from "./text/safe-text.ts";

/** What the keys of an inventory are judged by, and made safe to show with. */
export interface Judge {
  /** Gives the policy of a provider; one that no profile describes has Keywarden's default. */
  readonly policyOf: (provider: string) => NamedPolicy;
  /** Every policy that a key can be judged by. */
  readonly policies: readonly HygienePolicy[];
  /** By field of a query, the values that profiles name. */
  readonly known: Readonly<Record<string, readonly string[]>>;
  /** Makes text of the server safe to show, with the keys of every known provider masked. */
  readonly show: (text: string) => string;
  /** Masks keys of every known provider in text that is drawn already, and leaves its colours. */
  readonly mask: (text: string) => string;
}

/** Makes the judge of an inventory from the providers of a run. */
export function makeJudge({ providers, managedProviders }: Providers): Judge {
  const named = new Map(managedProviders.map((profile) => [profile.id, namePolicy(profile)]));
  const unknown = namePolicy(undefined);
  return {
    policyOf: (provider) => named.get(provider) ?? unknown,
    policies: [undefined, ...managedProviders].map((profile) => policyFor(profile)),
    known: {
      provider: [...named.keys()],
      env: managedProviders.flatMap(({ formats }) => formats.map(({ label }) => label)),
    },
    show: (text) => safeText(text, providers),
    mask: (text) => redactWithin(text, providers),
  };
}
