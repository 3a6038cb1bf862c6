import { anchorsOf, formsOf } from "./forms/anchor-forms.ts";
import { type Decoded, notText, readingOf } from "./decoded.ts";
import type { Decoder, DecoderOptions } from "./decoder.ts";

const longestCode = 12;
// Many hits in one list cost one pass.
const growth = 4;

/** Reads keys that are lists of the codes of their characters, as `String.fromCharCode` and byte arrays have them. */
export function makeCharacterCodeDecoder(options: DecoderOptions): Decoder {
  const { prefixes, search, charactersBefore, charactersAfter } = options;
  const before = charactersBefore * longestCode;
  const mostCodes = charactersBefore + growth * charactersAfter;
  return {
    anchors: anchorsOf(prefixes.map(({ text }) => formsOf(text).codes)),
    reachBytes: Math.max(before, charactersAfter * longestCode),
    read: (bytes, hits, visit) => {
      let doneTo = -1;
      for (const { start } of hits) {
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
