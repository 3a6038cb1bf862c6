import type { ManagedProvider, ProviderProfile } from "@keywarden/key-format";
import { dialects } from "@keywarden/management";

/** Whether a provider's API lists its keys, so that their number can be known. */
export function listsKeys({
  provider,
  dialect,
}: {
  readonly provider: ProviderProfile & Pick<Partial<ManagedProvider>, "management">;
  readonly dialect: string;
}): boolean {
  return provider.management?.list !== false && dialects[dialect]?.capabilities.list === true;
}
