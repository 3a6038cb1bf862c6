import { makePrefixSearch } from "../byte-search.ts";
import type { KeyPrefix } from "../key-prefix.ts";
import type { View } from "./view.ts";

/** Reads the bytes as they are: ASCII, UTF-8, Latin-1 and whatever else keeps ASCII in single bytes. */
export function makePlainView(prefixes: readonly KeyPrefix[], reachCharacters: number): View {
  const search = makePrefixSearch(prefixes);
  const offsetOf = (index: number): number => index;
  return {
    reachBytes: reachCharacters,
    visit: (bytes, visit) => {
      search(bytes, (start, prefix) => {
        visit({ prefix, bytes, start, offsetOf });
      });
    },
  };
}
