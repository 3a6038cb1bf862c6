import { catalogueFields } from "@keywarden/key-format";

/** Gives the page of a public provider about its keys; `null` where the catalogue has none. */
export function findDocs(provider: string): string | null {
  const all = Object.values(catalogueFields).flatMap(({ providers }) => providers);
  return all.find(({ id }) => id === provider)?.docs ?? null;
}
