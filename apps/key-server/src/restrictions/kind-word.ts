import type { KeyKind } from "@keywarden/key-format";
import type { Dialect } from "@keywarden/management";

/** What the provider's own document calls a kind of key, for messages to those who have read no other. */
export function kindWord({ kindWords }: Pick<Dialect, "kindWords">, kind: KeyKind): string {
  return kindWords?.[kind] ?? kind;
}
