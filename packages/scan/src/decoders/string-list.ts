import { anchorsOf, formsOf } from "./forms/anchor-forms.ts";
import { type Decoded, readingOf } from "./decoded.ts";
import type { Decoder, DecoderOptions } from "./decoder.ts";

const mostStrings = 24;
const longestList = 4096;
const longestLead = 512;

/** Reads keys that are put together from a list: `["sk", "live", …].join("_")`, also as Python, PHP and Go write it. */
export function makeStringListDecoder({ prefixes, search, charactersBefore }: DecoderOptions): Decoder {
  return {
    anchors: anchorsOf(prefixes.map(({ text }) => formsOf(text).listed)),
    reachBytes: longestList + longestLead,
    read: (bytes, hits, visit) => {
      for (const { start } of hits) {
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
