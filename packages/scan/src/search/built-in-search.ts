import { providersOf } from "@keywarden/key-format";
import { makeDecoders } from "../decoders/make-decoders.ts";
import { longestBody } from "../match/candidate.ts";
import { groupByPrefix } from "../match/key-prefix.ts";
import { packSearch, type PackedSearch } from "./packed-search.ts";

let made: PackedSearch | undefined;

/**
 * Gives the packed thorough search for the keys of the built-in providers; a bundle holds what this makes, or `null` if it
 * is never as thorough.
 */
export function builtInSearch(): PackedSearch | null {
  return (made ??= packSearch(
    makeDecoders(groupByPrefix(providersOf([]).providers, true), longestBody, true),
  ));
}
