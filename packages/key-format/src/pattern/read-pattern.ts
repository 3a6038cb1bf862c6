import { suggest } from "../words/did-you-mean.ts";
import { nearestWord } from "../words/nearest-word.ts";
import { classNames, type ClassName } from "./character-class.ts";
import type { PatternPart } from "./pattern-part.ts";

/** What is wrong with a pattern, and at which character of it, from 1. */
export interface PatternProblem {
  readonly column: number;
  readonly message: string;
}

export type ReadPattern =
  | { readonly ok: true; readonly sequences: readonly (readonly PatternPart[])[] }
  | { readonly ok: false; readonly problem: PatternProblem };

const mostSequences = 64;
const longestRun = 8192;

/**
 * Reads the notation of patterns (key-formats.md §14.1): literal text, `{class:length}` and `{one|other}`. Every
 * choice is written out, so that each sequence it gives is literals and runs alone.
 */
export function readPattern(source: string): ReadPattern {
  const unprintable = /[^ -~]/u.exec(source);
  if (unprintable !== null) return fail(unprintable.index, "must be printable ASCII");
  let sequences: PatternPart[][] = [[]];
  for (let at = 0; at < source.length;) {
    const open = source.indexOf("{", at);
    const stray = source.indexOf("}", at);
    if (stray !== -1 && (open === -1 || stray < open)) return fail(stray, "} closes no {");
    const literal = source.slice(at, open === -1 ? source.length : open);
    if (literal !== "") sequences = sequences.map((parts) => [...parts, { literal }]);
    if (open === -1) break;
    const close = source.indexOf("}", open);
    if (close === -1) return fail(open, "{ is not closed");
    const group = readGroup(source.slice(open + 1, close));
    if (!group.ok) return fail(open + 1 + group.at, group.message);
    if (sequences.length * group.choices.length > mostSequences) {
      return fail(open, `more than ${mostSequences} spellings; give them patterns of their own`);
    }
    sequences = sequences.flatMap((parts) => group.choices.map((choice) => [...parts, ...choice]));
    at = close + 1;
  }
  return { ok: true, sequences: sequences.map(joinLiterals) };
}

type Group =
  | { readonly ok: true; readonly choices: readonly (readonly PatternPart[])[] }
  | { readonly ok: false; readonly at: number; readonly message: string };

function readGroup(text: string): Group {
  if (text.includes("|")) {
    return { ok: true, choices: text.split("|").map((literal) => (literal === "" ? [] : [{ literal }])) };
  }
  const colon = text.indexOf(":");
  if (colon === -1) {
    return {
      ok: false,
      at: 0,
      message: "must be a class with a length, as {hex:40}, or a choice, as {live|test}",
    };
  }
  const name = text.slice(0, colon);
  const characters = classNames.find((known) => known === name);
  if (characters === undefined) {
    const meant = suggest(nearestWord(name, classNames), `classes are ${classNames.join(", ")}`);
    return { ok: false, at: 0, message: `${name === "" ? "nothing" : name} is not a class${meant}` };
  }
  const choices: PatternPart[][] = [];
  for (const length of text.slice(colon + 1).split(",")) {
    const range = readRange(length, characters);
    if (range === null) {
      return {
        ok: false,
        at: colon + 1,
        message: `must be a length from 1 to ${longestRun}, as 40, 20-60 or 22,43`,
      };
    }
    choices.push([range]);
  }
  return { ok: true, choices };
}

function readRange(text: string, characters: ClassName): PatternPart | null {
  const [, first, last = first] = /^([1-9]\d{0,3})(?:-([1-9]\d{0,3}))?$/.exec(text) ?? [];
  if (first === undefined) return null;
  const [min, max] = [Number(first), Number(last)];
  return max < min || max > longestRun ? null : { characters, min, max };
}

function joinLiterals(parts: readonly PatternPart[]): readonly PatternPart[] {
  const joined: PatternPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last !== undefined && "literal" in last && "literal" in part) {
      joined[joined.length - 1] = { literal: last.literal + part.literal };
    } else {
      joined.push(part);
    }
  }
  return joined;
}

const fail = (index: number, message: string): ReadPattern => ({
  ok: false,
  problem: { column: index + 1, message },
});
