import {
  classCharacters,
  isBlockStructure,
  isLiteral,
  makeRedactPatterns,
  redact,
} from "@keywarden/key-format";
import type { KeyPattern, ProviderProfile } from "@keywarden/key-format";

/** Masks what patterns accept in bytes that come in chunks of any size; the same bytes give the same, however they are cut. */
export interface PatternMask {
  push(chunk: Uint8Array): Uint8Array;
  flush(): Uint8Array;
}

// A longer run of what keys are made of is data.
const longestRun = 16 * 1024;
const longestBlock = 8192;
const fewestDigits = 64;

/** Makes the mask for the patterns of these providers that begin with a literal, in plain text. */
export function makePatternMask(providers: readonly ProviderProfile[]): PatternMask {
  const patterns = providers.flatMap((provider) => provider.patterns ?? []);
  const blocks = patterns.filter(({ structure }) => isBlockStructure(structure));
  const others = patterns.filter(({ structure }) => !isBlockStructure(structure));
  const maskKeys = makeRedactPatterns(others);
  const isPart = partsOf(others);
  const begins = blocks.flatMap(({ variants }) => variants.map(({ prefix }) => prefix));
  const maskRun = (text: string): string => maskKeys(text, (key, prefix) => inBytes(redact(key, prefix)));
  let held = "";

  const advance = (isLast: boolean): Uint8Array => {
    const shown: string[] = [];
    let at = 0;
    while (at < held.length) {
      const begin = beginAt(held, at, begins);
      if (begin === open && !isLast) break;
      if (begin !== open && begin !== null) {
        const end = begin.startsWith(dashes)
          ? endOfBlock(held, at + begin.length)
          : endOfPpk(held, at + begin.length);
        if (end === -1 && !isLast) break;
        const body = held.slice(at + begin.length, end === -1 ? held.length : end);
        shown.push(begin, isBody(body) ? inBytes("…") : maskRun(body));
        at += begin.length + body.length;
        continue;
      }
      let end = at + 1;
      while (end < held.length && end - at < longestRun && isPart[held.charCodeAt(end)] === 1) {
        // Behind the `n` of an escaped line end, a block begins inside a run.
        if (held[end] === "-" && held[end - 1] !== "-" && held.startsWith(dashes, end)) break;
        if (held[end] === "P" && begins.some((one) => held.startsWith(one, end))) break;
        end += 1;
      }
      const isOpen = end === held.length && end - at < longestRun && isPart[held.charCodeAt(end - 1)] === 1;
      if (isOpen && !isLast) break;
      shown.push(maskRun(held.slice(at, end)));
      at = end;
    }
    held = held.slice(at);
    return Buffer.from(shown.join(""), "latin1");
  };

  return {
    push: (chunk) => {
      held += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1");
      return advance(false);
    },
    flush: () => advance(true),
  };
}

const dashes = "-----";

/** Stands for text that may still become the line that begins a block. */
const open = "";

/** Gives the line that begins a block here; {@link open} where it is not over yet. */
function beginAt(text: string, at: number, begins: readonly string[]): string | null {
  if (text[at] !== "-" && text[at] !== "P") return null;
  const whole = begins.find((begin) => text.startsWith(begin, at));
  if (whole !== undefined) return whole;
  const rest = text.slice(at, at + 64);
  return begins.some((begin) => begin.startsWith(rest)) ? open : null;
}

/** Gives where the digits of a block end; -1 where they may go on. */
function endOfBlock(text: string, start: number): number {
  const limit = start + longestBlock;
  let at = start;
  while (at < text.length && at < limit && /[^!#$%&'()*<>?@[\]^`{|}~-]/.test(text[at] ?? "")) at += 1;
  return at === text.length && at < limit ? -1 : at;
}

/** Gives where the lines of PuTTY's file end; -1 where they may go on. */
function endOfPpk(text: string, start: number): number {
  const found = text.slice(start, start + longestBlock).search(/Private-(?:MAC|Hash)/);
  if (found !== -1) return start + found;
  return text.length < start + longestBlock ? -1 : start + longestBlock;
}

function isBody(text: string): boolean {
  const digits = text.replace(/[^0-9A-Za-z+/]/g, "").length;
  return digits >= fewestDigits && digits * 2 >= text.length && /[0-9A-Za-z+/]{48}/.test(text);
}

/** One byte a character, as the held text has them. */
const inBytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

/** Gives a table of the characters that keys of these patterns are made of. */
function partsOf(patterns: readonly KeyPattern[]): Uint8Array {
  const table = new Uint8Array(256);
  for (const { variants } of patterns) {
    for (const part of variants.flatMap(({ parts }) => parts)) {
      const characters = isLiteral(part) ? part.literal : classCharacters(part.characters);
      for (const character of characters) if (character > " ") table[character.charCodeAt(0)] = 1;
    }
  }
  return table;
}
