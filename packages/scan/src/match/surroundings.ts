import { findTexts, ownBesideBuiltIn } from "@keywarden/key-format";
import type { PackedTexts, ProviderProfile } from "@keywarden/key-format";
import { builtInWords } from "./built-in-words.ts";
import { isTooShort, listTellingWords, packWords, shapeOf, readWords } from "./telling-words.ts";

/** Names in the text around a candidate. */
export interface Names {
  /** Identifiers of any sort: variables, fields, arguments. */
  readonly variables: readonly string[];
  readonly hosts: readonly string[];
}

/** What stands near a candidate: on its own line, and within three lines of it. */
export interface Surroundings {
  readonly line: Names;
  readonly near: Names;
}

/** How far from a candidate its surroundings reach, however long the lines are. */
export const surroundingBytes = 300;
const surroundingLines = 3;

export type ReadSurroundings = (bytes: Buffer, start: number, end: number) => Surroundings;

/** Makes a reader of the names near a candidate that can say something about one of these providers. */
export function makeSurroundings(providers: readonly ProviderProfile[]): ReadSurroundings {
  const tellingIn = makeTelling(providers);
  const namesIn = (text: string): Names => {
    const telling = tellingIn(text);
    return telling.test(text)
      ? {
          variables: (text.match(identifier) ?? []).filter((name) => telling.test(name)),
          hosts: (text.match(host) ?? []).filter((name) => telling.test(name)),
        }
      : noNames;
  };
  return (bytes, start, end) => {
    const before = bytes.toString("latin1", Math.max(0, start - surroundingBytes), start).split(lineEnd);
    const after = bytes.toString("latin1", end, end + surroundingBytes).split(lineEnd);
    const around = (lines: number): Names =>
      namesIn(`${before.slice(-1 - lines).join("\n")}\n${after.slice(0, 1 + lines).join("\n")}`);
    return { line: around(0), near: around(surroundingLines) };
  };
}

// Compiling one expression of all the words takes longer than a commit's one candidate.
const mostSingly = 16;

/** Gives what finds, in this text and in parts of it, those of the words that show there. */
function makeTelling(providers: readonly ProviderProfile[]): (text: string) => RegExp {
  let uses = 0;
  let singly: ((text: string) => readonly string[]) | undefined;
  let ofAll: RegExp | undefined;
  return (text) => {
    if (uses++ >= mostSingly) return (ofAll ??= expressionFor(listTellingWords(providers)));
    singly ??= makeFindWords(providers);
    return expressionFor(singly(text));
  };
}

function makeFindWords(providers: readonly ProviderProfile[]): (text: string) => readonly string[] {
  const own = ownBesideBuiltIn(providers);
  const words = listTellingWords(own ?? providers);
  const packs: readonly PackedTexts[] = [
    ...(own === null ? [] : [builtInWords()]),
    ...(words.length === 0 ? [] : [packWords(words)]),
  ];
  const always = words.filter(isTooShort);
  return (text) => {
    const shown = new Set(always);
    for (const pack of packs) {
      findTexts(shapeOf(text), pack, (_at, _shape, note) => {
        for (const word of readWords(note)) shown.add(word);
      });
    }
    return [...shown];
  };
}

const expressionFor = (words: readonly string[]): RegExp =>
  new RegExp(words.map(patternOf).join("|") || "(?!)", "i");

// `aurora-solar` is also written auroraSolar and AURORA_SOLAR.
const patternOf = (word: string): string =>
  word
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part !== "")
    .join("[^A-Za-z0-9]?");

const noNames: Names = { variables: [], hosts: [] };
const lineEnd = /\r\n|\n|\r/;
const identifier = /[A-Za-z_][A-Za-z0-9_]{2,63}/g;
const host = /[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+/g;
