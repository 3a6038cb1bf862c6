import { readFileSync } from "node:fs";

export type Part = string | { readonly text: string; readonly times: number };

export interface Case {
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
