import { catalogueProviders } from "../catalogue/catalogue.ts";
import type { ManagedProvider, ProviderProfile } from "../profile.ts";
import { builtInProviders } from "./built-in-providers.ts";
import { keywarden } from "./keywarden.ts";

/** The providers of one run of a program. */
export interface Providers {
  /** All whose keys are recognised, the catalogue's among them: what to scan for, and what to redact. */
  readonly providers: readonly ProviderProfile[];
  /** Those among them whose keys are managed: the built-in ones, then the user's own. */
  readonly managedProviders: readonly ManagedProvider[];
}

const withoutOwn: Providers = {
  providers: [...builtInProviders, keywarden, ...catalogueProviders],
  managedProviders: builtInProviders,
};

/**
 * Gives the providers of a run from those that its user defines; a caller must pass them even if there are none.
 *
 * The lists are the same objects for every run without own providers, so that what is made from them is made once.
 */
export function providersOf(own: readonly ManagedProvider[]): Providers {
  if (own.length === 0) return withoutOwn;
  const ids = new Set(own.map(({ id }) => id));
  return {
    // Whoever describes a provider of the catalogue knows it better.
    providers: [...withoutOwn.providers.filter(({ id }) => !ids.has(id)), ...own],
    managedProviders: [...builtInProviders, ...own],
  };
}
