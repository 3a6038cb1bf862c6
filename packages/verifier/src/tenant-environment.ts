import type { ManagedProvider } from "@keywarden/key-format";
import type { VerifiableKey } from "./verdict.ts";

/**
 * Tells whether a tenant's name says that it lives in another environment than a key, in the words of the key's
 * provider (`tenant_dev_…` for a live key). Names that say nothing of an environment fit every key.
 */
export function makeTenantCheck(
  providers: readonly ManagedProvider[],
): (key: VerifiableKey, tenant: string) => boolean {
  const prefixesOf = new Map(
    providers.map(({ id, variables }) => [id, variables.find(({ holds }) => holds === "tenant")?.prefixes]),
  );
  return ({ provider, environment }, tenant) =>
    Object.entries(prefixesOf.get(provider) ?? {}).some(
      ([other, prefix]) => other !== environment && tenant.startsWith(prefix),
    );
}
