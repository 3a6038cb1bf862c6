import { defineProvider } from "@keywarden/key-format";
import type { ManagedProvider } from "@keywarden/key-format";

/** A provider as a user describes it; tests add what they need, such as `rotation`. */
export const ownDefinition = {
  id: "acme",
  name: "Acme",
  formats: [
    {
      prefix: "acme_live_",
      kind: "secret",
      environment: "production",
      body: { alphabet: "base62", length: 32 },
    },
  ],
};

/** Makes the profile of {@link ownDefinition} with more or other members. @throws Error with what is wrong in it */
export function makeOwnProvider(more: Readonly<Record<string, unknown>> = {}): ManagedProvider {
  const defined = defineProvider({ ...ownDefinition, ...more });
  if (!defined.ok) throw new Error(JSON.stringify(defined.problems));
  return defined.provider;
}
