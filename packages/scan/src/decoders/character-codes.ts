import { anchorsOf, formsOf } from "./forms/anchor-forms.ts";
import { looseCodes } from "./forms/loose-codes.ts";
import { type Decoded, notText, readingOf } from "./decoded.ts";
import type { Anchor, Decoder, DecoderOptions, Hit } from "./decoder.ts";

const longestCode = 12;
// Many hits in one list cost one pass.
const growth = 4;

/** Reads keys that are lists of the codes of their characters, as `String.fromCharCode` and byte arrays have them. */
export function makeCharacterCodeDecoder(options: DecoderOptions): Decoder {
  const anchors = anchorsOf(options.prefixes.map(({ text }) => formsOf(text).codes));
  return makeDecoder(options, anchors, (_, hits) => hits.map(({ start }) => start));
}

/** Reads the same of hundreds of prefixes: it looks for the codes of what parts their words, and around these for them. */
export function makeLooseCharacterCodeDecoder(options: DecoderOptions): Decoder {
  const { prefixes, search } = options;
  const most = Math.max(0, ...prefixes.map(({ text }) => text.length));
  return makeDecoder(options, looseCodes(), (bytes, hits) => {
    const starts = new Set<number>();
    for (const { start, anchor } of hits) {
      const at = start + anchor.phase;
      const { decoded } = readCodes(bytes, Math.max(0, at - most * longestCode), at, 2 * most);
      const index = decoded.starts.indexOf(at);
      search(decoded.bytes, (found, { text }) => {
        if (found <= index && index < found + text.length) starts.add(decoded.starts[found] ?? 0);
      });
    }
    return [...starts].sort((one, other) => one - other);
  });
}

function makeDecoder(
  options: DecoderOptions,
  anchors: readonly Anchor[],
  startsAt: (bytes: Buffer, hits: readonly Hit[]) => readonly number[],
): Decoder {
  const { search, charactersBefore, charactersAfter } = options;
  const before = charactersBefore * longestCode;
  const mostCodes = charactersBefore + growth * charactersAfter;
  return {
    anchors,
    reachBytes: Math.max(before, charactersAfter * longestCode),
    read: (bytes, hits, visit) => {
      let doneTo = -1;
      for (const start of startsAt(bytes, hits)) {
        if (start < doneTo) continue;
        const { decoded, isCut } = readCodes(bytes, Math.max(0, start - before), start, mostCodes);
        const count = decoded.bytes.length;
        const whole = isCut ? count - charactersAfter : count;
        search(decoded.bytes, (found, prefix) => {
          if ((decoded.starts[found] ?? 0) < start || found >= whole) return;
          const window = { found, from: found - charactersBefore, to: found + charactersAfter };
          visit(readingOf(decoded, "character-codes", prefix, window));
        });
        // What is cut at the end is read again from the next hit.
        doneTo = Math.max(start + 1, (isCut ? decoded.starts[whole] : decoded.ends.at(-1)) ?? 0);
      }
    },
  };
}

const codeAt = /(?:0[xX]([0-9A-Fa-f]{1,2})|([0-9]{1,3}))(?![0-9A-Za-z])(\s{0,8},\s{0,8}|)/y;
const commaBefore = /[0-9A-Fa-f]\s{0,8},\s{0,8}$/;

function readCodes(
  bytes: Buffer,
  from: number,
  hit: number,
  most: number,
): { readonly decoded: Decoded; readonly isCut: boolean } {
  const text = bytes.toString("latin1", from, Math.min(bytes.length, from + most * longestCode));
  const codes: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let at = listStart(text, hit - from);
  for (let goesOn = true; goesOn && codes.length < most;) {
    codeAt.lastIndex = at;
    const match = codeAt.exec(text);
    if (match === null) break;
    const [whole, hex, decimal = "", comma = ""] = match;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    codes.push(code < 0x80 ? code : notText);
    starts.push(from + at);
    ends.push(from + at + whole.length - comma.length);
    at += whole.length;
    goesOn = comma !== "";
  }
  const decoded = {
    bytes: Buffer.from(codes),
    starts: Int32Array.from(starts),
    ends: Int32Array.from(ends),
  };
  return { decoded, isCut: codes.length === most };
}

// The numbers in front of a hit, as far as a comma stands between them.
function listStart(text: string, hit: number): number {
  let start = hit;
  while (start > 0) {
    const lead = text.slice(Math.max(0, start - longestCode - 16), start);
    if (!commaBefore.test(lead)) break;
    const number = /(?<![0-9A-Za-z])(?:0[xX][0-9A-Fa-f]{1,2}|[0-9]{1,3})\s{0,8},\s{0,8}$/.exec(lead);
    if (number === null) break;
    start -= number[0].length;
  }
  return start;
}
