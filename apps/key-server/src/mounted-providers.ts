import type { ManagedProvider } from "@keywarden/key-format";
import { dialectOf } from "@keywarden/management";
import type { StoredKey } from "@keywarden/storage";
import { done, refuse, type Outcome } from "./refusal.ts";
import type { MountedProvider, ServerContext } from "./server-context.ts";

/** Joins each profile with its dialect, by provider id. */
export function mountedProviders(profiles: readonly ManagedProvider[]): ReadonlyMap<string, MountedProvider> {
  return new Map(profiles.map((profile) => [profile.id, { profile, dialect: dialectOf(profile.dialect) }]));
}

/** Finds the provider that issued a key; it is missing when the server was started without the file that defined it. */
export function providerOf(
  context: Pick<ServerContext, "providers">,
  key: StoredKey,
): Outcome<MountedProvider> {
  const provider = context.providers.get(key.provider);
  if (provider !== undefined) return done(provider);
  return refuse(
    "BAD_REQUEST",
    `the server does not know the provider ${key.provider} now; start it with the --providers file that defines it`,
  );
}
