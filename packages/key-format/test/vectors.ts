import { readFileSync } from "node:fs";
import { builtInProviders, defineProvider, keywarden, type ProviderProfile } from "@keywarden/key-format";

export type Part = string | { readonly text: string; readonly times: number };

interface Case {
  readonly name: string;
  readonly section: string;
  readonly key: readonly Part[];
  readonly only?: readonly string[];
  readonly define?: readonly unknown[];
}

/** Reads one file of test/vectors. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- only the caller knows the shape of the file it names
export function readVectors<Extra>(name: string): readonly (Case & Extra)[] {
  const file = new URL(`../../../test/vectors/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { cases: readonly (Case & Extra)[] }).cases;
}

export function joinParts(parts: readonly Part[]): string {
  return parts.map((part) => (typeof part === "string" ? part : part.text.repeat(part.times))).join("");
}

/** The providers that a case asks: the built-in ones or some of them, and then its own. */
export function providersFor(vector: Case): readonly ProviderProfile[] {
  const { only, define = [] } = vector;
  const own = define.map((input) => {
    const definition = defineProvider(input);
    if (!definition.ok) throw new Error(JSON.stringify(definition.problems));
    return definition.provider;
  });
  // The vectors pin the rules, and whose keys the catalogue knows is none of them.
  const described: readonly ProviderProfile[] = [...builtInProviders, keywarden];
  return [...described.filter(({ id }) => only === undefined || only.includes(id)), ...own];
}
