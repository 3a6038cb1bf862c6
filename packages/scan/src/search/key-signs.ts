import type { KeyPattern, ProviderProfile } from "@keywarden/key-format";
import { coverTexts, listPrefixAnchors, packedBeginnings } from "./prefilter-literals.ts";
import { leftBoundaries } from "../match/boundary.ts";
import { groupByPrefix } from "../match/key-prefix.ts";
import { listPrefilterPatterns, type PrefilterPattern, type PrefilterPiece } from "./prefilter-patterns.ts";

/** A sign that bytes may hold a key, and of which sorts. */
export interface KeySign {
  /** Stands in the bytes, one character a byte; a line feed at an end is where a line begins or ends. */
  readonly text: string;
  /** An expression, for the flag `m`, that fits where `text` is a part of the sign; absent: `text` is all of it. */
  readonly whole?: string;
  /** As {@link sortsOf} names them; absent: any. */
  readonly sorts?: readonly string[];
}

/**
 * Lists the signs of these providers' keys: bytes that show no sign of a sort hold no key of that sort, whatever encoding
 * they are read in.
 */
export function listKeySigns(providers: readonly ProviderProfile[]): readonly KeySign[] {
  const found = new Map<string, { readonly sign: KeySign; readonly of: Set<string> }>();
  const add = (sign: KeySign, sort: string): void => {
    const id = `${sign.text} ${sign.whole ?? ""}`;
    const known = found.get(id);
    if (known === undefined) found.set(id, { sign, of: new Set([sort]) });
    else known.of.add(sort);
  };
  const literals = coverTexts([...listPrefixAnchors(providers), ...packedBeginnings]);
  for (const text of literals) if (packedBeginnings.some((start) => start.includes(text))) add({ text }, any);
  const prefixes = new Set(providers.flatMap(({ formats }) => formats.map(({ prefix }) => prefix)));
  for (const prefix of prefixes) {
    const anchors = listPrefixAnchors(narrowProviders(providers, new Set([prefix])));
    for (const text of literals) if (anchors.some((anchor) => anchor.includes(text))) add({ text }, prefix);
  }
  for (const together of listSortsTogether(providers)) {
    const alike = narrowProviders(providers, together);
    for (const pattern of listPrefilterPatterns(alike))
      for (const sort of together) add(signOf(pattern), sort);
  }
  return Array.from(found.values(), ({ sign, of }) =>
    of.has(any) || of.size > many ? sign : { ...sign, sorts: [...of] },
  );
}

/** Lists for each pattern the sorts that one of its texts leads to: whether it must stand apart depends on all of them. */
function listSortsTogether(providers: readonly ProviderProfile[]): readonly ReadonlySet<string>[] {
  const bySort = new Map<string, Set<string>>();
  for (const { text, formats, patterns } of groupByPrefix(providers)) {
    const led = patterns.map(({ provider, pattern }) => sortOf(provider, pattern));
    for (const sort of led) {
      const together = bySort.get(sort) ?? new Set();
      for (const other of formats.length === 0 ? led : [...led, text]) together.add(other);
      bySort.set(sort, together);
    }
  }
  return [...bySort.values()];
}

const any = "";
// A scan for so many is no faster than one for all.
const many = 100;

/** Names the sorts of keys that a provider issues: prefixes, and patterns as `provider/pattern`. */
export function sortsOf(provider: ProviderProfile): readonly string[] {
  const { formats, patterns = [] } = provider;
  const prefixes = formats.map(({ prefix }) => prefix);
  return [...new Set([...prefixes, ...patterns.map((pattern) => sortOf(provider, pattern))])];
}

const sortOf = (provider: ProviderProfile, pattern: KeyPattern): string => `${provider.id}/${pattern.id}`;

/** Gives the providers with nothing but these sorts of keys, without those that have none of them. */
export function narrowProviders(
  providers: readonly ProviderProfile[],
  sorts: ReadonlySet<string>,
): readonly ProviderProfile[] {
  return providers.flatMap((provider) => {
    const formats = provider.formats.filter(({ prefix }) => sorts.has(prefix));
    const patterns = (provider.patterns ?? []).filter((pattern) => sorts.has(sortOf(provider, pattern)));
    return formats.length + patterns.length === 0 ? [] : [{ ...provider, formats, patterns }];
  });
}

function signOf({ pieces, standsApart }: PrefilterPattern): KeySign {
  const texts = pieces
    .map((piece) => (piece.length === 1 ? piece : "\n"))
    .join("")
    .split("\n");
  const text = texts.reduce((longest, one) => (one.length > longest.length ? one : longest));
  if (text.length === pieces.length && !standsApart) return { text };
  return { text, whole: (standsApart ? boundary : "") + expressionOf(pieces) };
}

function expressionOf(pieces: readonly PrefilterPiece[]): string {
  const runs: { readonly piece: PrefilterPiece; count: number }[] = [];
  for (const piece of pieces) {
    const last = runs.at(-1);
    if (last?.piece === piece) last.count += 1;
    else runs.push({ piece, count: 1 });
  }
  return runs.map(({ piece, count }) => expressionFor(piece) + (count === 1 ? "" : `{${count}}`)).join("");
}

function expressionFor(piece: PrefilterPiece): string {
  if (piece === "\n") return "^";
  return piece.length === 1 ? `\\x${hexOf(piece)}` : `[${piece}]`;
}

const hexOf = (character: string): string => character.charCodeAt(0).toString(16).padStart(2, "0");

const boundary = `(?:${leftBoundaries.map(expressionOf).join("|")})`;

/** The first characters of signs, by how many they are, one behind the other. */
export type SignLeads = readonly string[];

const longestLead = 4;

/** Lists what {@link mayShowSign} looks for. */
export function listSignLeads(signs: readonly KeySign[]): SignLeads {
  const leads = Array.from({ length: longestLead + 1 }, () => new Set<string>());
  for (const { text } of signs) leads[Math.min(longestLead, text.length)]?.add(text.slice(0, longestLead));
  return leads.map((some) => [...some].join(""));
}

/** Tells of bytes, one character each, that show no sign; for few of them, before the signs are read. */
export function mayShowSign(bytes: string, leads: SignLeads): boolean {
  const lines = `\n${bytes}\n`;
  return leads.some((some, size) => {
    if (some === "") return false;
    for (let at = 0; at + size <= lines.length; at += 1) {
      if (some.includes(lines.slice(at, at + size))) return true;
    }
    return false;
  });
}
