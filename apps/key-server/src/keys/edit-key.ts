import type { ChangedKey, EditKey, KeyMetadata, Restrictions } from "@keywarden/management";
import type { JsonObject, KeyChanges, KeyStores, StoredKey } from "@keywarden/storage";
import { limitsOf, type Caller } from "../auth/principal.ts";
import { describeLimits, isWithin } from "../auth/token-limits.ts";
import { providerOf } from "../mounted-providers.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import { choosePermissions } from "../restrictions/choose-permissions.ts";
import { chooseRestrictions } from "../restrictions/choose-restrictions.ts";
import { restrictionsOf } from "../restrictions/restrictions-of.ts";
import type { ServerContext } from "../server-context.ts";
import { changeKey, type ChangeRequest } from "./change-key.ts";
import { refuseSecondOfTenant } from "./one-per-tenant.ts";
import { metadataOf, OWN_METADATA } from "./metadata-of.ts";

/** Changes what a key is called, who answers for it and what it may do, within what its provider and the caller allow. */
export function editKey(
  context: ServerContext,
  caller: Caller,
  { id, seen }: Pick<ChangeRequest, "id" | "seen">,
  wanted: EditKey,
): Promise<Outcome<ChangedKey>> {
  return changeKey(context, caller, {
    id,
    seen,
    action: "key.edited",
    decide: (key, stores) => decide(context, caller, stores, key, wanted),
  });
}

async function decide(
  context: ServerContext,
  caller: Caller,
  stores: KeyStores,
  key: StoredKey,
  { expiresAt, ...wanted }: EditKey,
): Promise<Outcome<KeyChanges>> {
  if (key.state === "revoked") return refuse("KEY_REVOKED", "a revoked key stays as it is; create a new one");
  const provider = providerOf(context, key);
  if (!provider.ok) return provider;
  const permissions =
    wanted.permissions === undefined
      ? done(undefined)
      : choosePermissions(
          provider.value.dialect,
          key.kind,
          wanted.permissions ?? undefined,
          caller.principal,
        );
  if (!permissions.ok) return permissions;
  const restrictions =
    wanted.restrictions === undefined
      ? done(undefined)
      : chooseRestrictions(
          provider.value,
          { environment: key.environment, restrictions: merge(restrictionsOf(key), wanted.restrictions) },
          caller.principal,
        );
  if (!restrictions.ok) return restrictions;
  const { tenant } = restrictions.value ?? {};
  const limits = limitsOf(caller.principal);
  if (limits !== null && restrictions.value !== undefined && !isWithin(limits, { ...key, tenant }))
    return refuse(
      "FORBIDDEN",
      `this token is limited to ${describeLimits(limits)}, and the key would leave that`,
    );
  if (restrictions.value !== undefined && tenant !== restrictionsOf(key).tenant) {
    const alone = await refuseSecondOfTenant(stores.keys, provider.value, key, tenant ?? null);
    if (!alone.ok) return alone;
  }
  const expiry = chooseExpiry(key, expiresAt);
  if (!expiry.ok) return expiry;
  const metadata =
    wanted.metadata === undefined ? undefined : merge<KeyMetadata>(metadataOf(key) ?? {}, wanted.metadata);
  const { name, owner, tags } = wanted;
  return done({
    ...(name !== undefined && { name }),
    ...(owner !== undefined && { owner }),
    ...(tags !== undefined && { tags }),
    ...(permissions.value !== undefined && { permissions: permissions.value }),
    ...(expiry.value !== undefined && { expiresAtMs: expiry.value }),
    ...((restrictions.value !== undefined || metadata !== undefined) && {
      metadata: withMembers(key.metadata, {
        ...(restrictions.value !== undefined && { restrictions: restrictions.value }),
        ...(metadata !== undefined && { [OWN_METADATA]: metadata }),
      }),
    }),
  });
}

// What has ended has ended for whoever counts on it: an expired key is not revived.
function chooseExpiry(
  key: StoredKey,
  expiresAt: string | null | undefined,
): Outcome<number | null | undefined> {
  if (expiresAt === undefined) return done(undefined);
  const expiresAtMs = expiresAt === null ? null : Date.parse(expiresAt);
  if (key.state === "expired")
    return refuse("KEY_EXPIRED", "an expired key does not come back to life; create a new one");
  if (expiresAtMs !== null && expiresAtMs <= key.asOfMs)
    return refuse("BAD_REQUEST", "expiresAt is in the past; give a later time, or revoke the key");
  return done(expiresAtMs);
}

/** RFC 7396 for one level: what is absent stays, null takes away. */
function merge<Members extends Restrictions | KeyMetadata>(
  current: Members,
  changes: Readonly<Record<string, unknown>> | null,
): Members {
  if (changes === null) return {} as Members;
  const members = Object.entries({ ...current, ...changes }).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return Object.fromEntries(members) as Members;
}

// An empty object is left out, as it is where a key is created.
function withMembers(metadata: JsonObject, members: Readonly<Record<string, JsonObject>>): JsonObject {
  return Object.fromEntries(
    Object.entries({ ...metadata, ...members }).filter(
      ([name, value]) => !(name in members) || Object.keys(value ?? {}).length > 0,
    ),
  );
}
