import type { KeyStore, StoredKey } from "@keywarden/storage";
import { done, refuse, type Outcome } from "../refusal.ts";
import type { MountedProvider } from "../server-context.ts";

/** Refuses a second key where a tenant has one of that kind; call it in the transaction that makes or changes the key. */
export async function refuseSecondOfTenant(
  keys: Pick<KeyStore, "listKeys">,
  { profile, dialect }: MountedProvider,
  { kind, environment, id }: Pick<StoredKey, "kind" | "environment"> & { readonly id?: string },
  tenant: string | null,
): Promise<Outcome<null>> {
  if (dialect.onePerTenant !== kind) return done(null);
  for (const state of ["active", "disabled"] as const) {
    const query = { provider: profile.id, kind, environment, tenant, state, limit: 2 };
    const other = (await keys.listKeys(query)).keys.find((one) => one.id !== id);
    if (other !== undefined)
      return refuse(
        "KEY_EXISTS",
        `the tenant has its one ${environment} key of this kind: ${other.id}; rotate it, or revoke it first`,
      );
  }
  return done(null);
}
