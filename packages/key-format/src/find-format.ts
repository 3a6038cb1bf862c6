import type { Environment, KeyKind } from "./key-kind.ts";
import type { KeyFormat, ProviderProfile } from "./profile.ts";

/** Gives the provider's first format of that kind, in that environment and under that label where they are named. */
export function findFormat(
  provider: ProviderProfile,
  wanted: { kind: KeyKind; environment?: Environment; label?: string },
): KeyFormat | undefined {
  return provider.formats.find(
    ({ kind, environment, label }) =>
      kind === wanted.kind &&
      (wanted.environment === undefined || environment === wanted.environment) &&
      (wanted.label === undefined || label === wanted.label),
  );
}
