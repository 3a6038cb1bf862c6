import type { Environment, KeyKind } from "@keywarden/key-format";
import type { KeyStore, StoredKey } from "@keywarden/storage";
import { restrictionsOf } from "./restrictions-of.ts";

/** Finds the live key of a kind that a tenant has in an environment; keys without a tenant are one tenant's. */
export async function findTenantsKey(
  keys: KeyStore,
  wanted: {
    readonly provider: string;
    readonly kind: KeyKind;
    readonly environment: Environment;
    readonly tenant: string | undefined;
  },
): Promise<StoredKey | null> {
  const { tenant, ...query } = wanted;
  let after = null;
  do {
    const page = await keys.listKeys({ ...query, state: "active", limit: 1000, after });
    const found = page.keys.find((key) => restrictionsOf(key).tenant === tenant);
    if (found !== undefined) return found;
    after = page.next;
  } while (after !== null);
  return null;
}
