import type { Environment } from "@keywarden/key-format";
import type { TokenLimits as ShownLimits } from "@keywarden/management";
import type { TokenLimits } from "@keywarden/storage";

/** Whether keys of a provider, environment and tenant are among those that a token with limits opens. */
export function isWithin(
  { providers, environments, tenants }: TokenLimits,
  key: {
    readonly provider: string;
    readonly environment: Environment;
    readonly tenant?: string | undefined;
  },
): boolean {
  return (
    (providers === undefined || providers.includes(key.provider)) &&
    (environments === undefined || environments.includes(key.environment)) &&
    (tenants === undefined || (key.tenant !== undefined && tenants.includes(key.tenant)))
  );
}

/** The limits as the API shows them. */
export function viewLimits({ providers, environments, tenants }: TokenLimits): ShownLimits {
  return {
    ...(providers !== undefined && { providers: [...providers] }),
    ...(environments !== undefined && { environments: [...environments] }),
    ...(tenants !== undefined && { tenants: [...tenants] }),
  };
}

/** Says what a token is limited to, for its holder. */
export function describeLimits({ providers, environments, tenants }: TokenLimits): string {
  return [
    describeList("provider", providers),
    describeList("environment", environments),
    describeList("tenant", tenants),
  ]
    .filter((part) => part !== null)
    .join(", ");
}

function describeList(word: string, names: readonly string[] | undefined): string | null {
  return names === undefined ? null : `${word} ${names.join(" or ")}`;
}
