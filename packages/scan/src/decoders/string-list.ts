import { anchorsOf, formsOf } from "./forms/anchor-forms.ts";
import { type Decoded, readingOf } from "./decoded.ts";
import type { Anchor, Decoder, DecoderOptions, Hit } from "./decoder.ts";

const mostStrings = 24;
const longestList = 4096;
const longestLead = 512;

/** Reads keys that are put together from a list: `["sk", "live", …].join("_")`, also as Python, PHP and Go write it. */
export function makeStringListDecoder(options: DecoderOptions): Decoder {
  const anchors = anchorsOf(options.prefixes.map(({ text }) => formsOf(text).listed));
  return makeDecoder(options, anchors, (_, { start }) => start);
}

/** Reads the same of hundreds of prefixes: it looks for what joins a list, and reads the list. */
export function makeLooseStringListDecoder(options: DecoderOptions): Decoder {
  const anchors = [".join(", ".Join(", "implode("].map((text) => {
    return { text, prefix: null, phase: 0, suits: standsAtList };
  });
  return makeDecoder(options, anchors, listStart);
}

function makeDecoder(
  { search, charactersBefore }: DecoderOptions,
  anchors: readonly Anchor[],
  startOf: (bytes: Buffer, hit: Hit) => number,
): Decoder {
  return {
    anchors,
    reachBytes: longestList + longestLead,
    read: (bytes, hits, visit) => {
      const starts = hits.map((hit) => startOf(bytes, hit)).filter((start) => start !== -1);
      for (const start of new Set(starts)) {
        const decoded = joinList(bytes, start);
        if (decoded === null) continue;
        search(decoded.bytes, (found, prefix) => {
          if (found !== 0) return;
          const window = { found, from: found - charactersBefore, to: decoded.bytes.length };
          visit(readingOf(decoded, "string-list", prefix, window));
        });
      }
    },
  };
}

const stringAt = /(["'])([^"'\\\n]{0,600})\1\s{0,40}(,?)\s{0,40}/y;
const joinBehind = /^[\])]\s{0,20}\.\s{0,20}join\(\s{0,20}(["'`])([^"'`]{0,3})\1/;
const joinBehindGo = /^\}\s{0,20},\s{0,20}(")([^"]{0,3})\1/;
const joinBefore = /(["'])([^"']{0,3})\1(?:\.join\(\s{0,20}[[(]?|,\s{0,20}(?:array\(|\[))$/;

function joinList(bytes: Buffer, start: number): Decoded | null {
  const text = bytes.toString("latin1", start, Math.min(bytes.length, start + longestList));
  const strings: { readonly text: string; readonly at: number }[] = [];
  let at = 0;
  for (let goesOn = true; goesOn && strings.length < mostStrings;) {
    stringAt.lastIndex = at;
    const match = stringAt.exec(text);
    if (match === null) return null;
    strings.push({ text: match[2] ?? "", at: at + 1 });
    at += match[0].length;
    goesOn = match[3] === "," && /["']/.test(text.charAt(at));
  }
  const separator = separatorOf(text.slice(at, at + 80), bytes, start);
  return separator === null ? null : join(strings, separator, start);
}

// A look at a few bytes: `path.join(directory` and `lines.join("")` are everywhere.
function standsAtList(bytes: Uint8Array, start: number): boolean {
  let before = skipBack(bytes, start, " \t\r\n");
  if (isOneOf("])", bytes[before - 1])) {
    before = skipBack(bytes, before - 1, " \t\r\n,");
    if (isOneOf("\"'", bytes[before - 1])) return true;
  }
  const behind = String.fromCharCode(...bytes.subarray(start, start + farthestList));
  return /^(?:\.[Jj]oin|implode)\([^"']*(?:["'][^"']{0,3}["'][^"']*)?[[({]\s*["']/.test(behind);
}

const farthestList = 64;

function skipBack(bytes: Uint8Array, end: number, characters: string): number {
  let at = end;
  while (at > end - farthestList && isOneOf(characters, bytes[at - 1])) at -= 1;
  return at;
}

const isOneOf = (characters: string, byte = 0): boolean => characters.includes(String.fromCharCode(byte));

const listBehind = /^\.?[Jj]oin\(\s{0,20}(?:\[\]string\{|[[(])\s{0,40}(?=["'])/;
const listBehindPhp = /^implode\(\s{0,20}(["'])[^"']{0,3}\1\s{0,20},\s{0,20}(?:array\(|\[)\s{0,40}(?=["'])/;
const listEnd = /["'],?\s{0,40}[\])]\s{0,20}$/;
const listLead = /^[[(]\s{0,40}(?=["'])/;
const mostBefore = 1024;

/** Gives where the first string of the list begins that is joined at a hit: in front of it, or within its parentheses; or -1. */
function listStart(bytes: Buffer, { start }: Hit): number {
  const text = bytes.toString("latin1", start, start + 160);
  const behind = listBehind.exec(text) ?? listBehindPhp.exec(text);
  if (behind !== null) return start + behind[0].length;
  const end = bytes.toString("latin1", Math.max(0, start - 64), start);
  if (bytes[start] !== dot || !listEnd.test(end)) return -1;
  const from = Math.max(0, start - mostBefore);
  const before = bytes.toString("latin1", from, start);
  const open = Math.max(before.lastIndexOf("["), before.lastIndexOf("("));
  const lead = open === -1 ? null : listLead.exec(before.slice(open, open + 64));
  return lead === null ? -1 : from + open + lead[0].length;
}

const dot = 0x2e;

function separatorOf(behind: string, bytes: Buffer, start: number): string | null {
  const after = joinBehind.exec(behind) ?? joinBehindGo.exec(behind);
  if (after !== null) return after[2] ?? "";
  const lead = bytes.toString("latin1", Math.max(0, start - longestLead), start);
  return joinBefore.exec(lead.trimEnd())?.[2] ?? null;
}

function join(
  strings: readonly { readonly text: string; readonly at: number }[],
  separator: string,
  start: number,
): Decoded {
  const text = strings.map((one) => one.text).join(separator);
  const starts = new Int32Array(text.length);
  const ends = new Int32Array(text.length);
  let index = 0;
  for (const [number, one] of strings.entries()) {
    for (let offset = 0; offset < one.text.length; offset += 1, index += 1) {
      starts[index] = start + one.at + offset;
      ends[index] = start + one.at + offset + 1;
    }
    if (number + 1 === strings.length) break;
    // What joins two strings is taken to stand behind the first.
    for (let offset = 0; offset < separator.length; offset += 1, index += 1) {
      starts[index] = start + one.at + one.text.length;
      ends[index] = start + one.at + one.text.length;
    }
  }
  return { bytes: Buffer.from(text, "latin1"), starts, ends };
}
