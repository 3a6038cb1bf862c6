import { providersOf, type ProviderProfile } from "@keywarden/key-format";

/** Gives the known providers at these positions, in their order; the build writes each one where only it is read. */
export const knownProviders = (positions: ReadonlySet<number> | "all"): readonly ProviderProfile[] => {
  const { providers } = providersOf([]);
  return positions === "all" ? providers : providers.filter((_, at) => positions.has(at));
};
