import type { ManagedProvider, ProviderProfile } from "./profile.ts";

/** Whether the provider's keys are managed, and not only found. */
export function isManaged(provider: ProviderProfile): provider is ManagedProvider {
  return "rotation" in provider;
}
