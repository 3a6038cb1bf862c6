import type { ProviderProfile } from "@keywarden/key-format";
import { listPrefilterLiterals, listPrefixAnchors, packedBeginnings } from "./prefilter-literals.ts";
import { leftBoundaries } from "../match/boundary.ts";
import { listPrefilterPatterns, type PrefilterPattern, type PrefilterPiece } from "./prefilter-patterns.ts";

/** A sign that bytes may hold a key, and of which providers. */
export interface KeySign {
  /** Stands in the bytes, one character a byte; a line feed at an end is where a line begins or ends. */
  readonly text: string;
  /** An expression, for the flag `m`, that fits where `text` is a part of the sign; absent: `text` is all of it. */
  readonly whole?: string;
  /** Positions in the list of providers; absent: all of them. */
  readonly providers?: readonly number[];
}

/**
 * Lists the signs of these providers' keys: bytes, with a line feed behind them, that show no sign of a provider hold no
 * key of that provider, whatever encoding they are read in.
 */
export function listKeySigns(providers: readonly ProviderProfile[]): readonly KeySign[] {
  const found = new Map<string, { readonly sign: KeySign; readonly of: number[] }>();
  const add = (sign: KeySign, provider: number): void => {
    const id = `${sign.text} ${sign.whole ?? ""}`;
    const known = found.get(id);
    if (known === undefined) found.set(id, { sign, of: [provider] });
    else known.of.push(provider);
  };
  const literals = listPrefilterLiterals(providers);
  for (const [at, provider] of providers.entries()) {
    const anchors = [...listPrefixAnchors([provider]), ...packedBeginnings];
    for (const text of literals) if (anchors.some((anchor) => anchor.includes(text))) add({ text }, at);
    for (const pattern of listPrefilterPatterns([provider])) add(signOf(pattern), at);
  }
  return Array.from(found.values(), ({ sign, of }) =>
    of.length === providers.length ? sign : { ...sign, providers: of },
  );
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
