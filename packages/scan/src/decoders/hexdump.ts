import { anchorsOf, formsOf } from "./forms/anchor-forms.ts";
import { type Decoded, readingOf } from "./decoded.ts";
import type { Anchor, Decoder, DecoderOptions } from "./decoder.ts";

const longestLine = 100;
const fewestBytesInLine = 8;
const linesBefore = 3;
const longestLead = 32;
// Many hits in one dump cost one pass.
const growth = 4;

/** Reads keys in dumps of bytes with an offset on each line, as xxd, hexdump -C and od -tx1 print them. */
export function makeHexdumpDecoder(options: DecoderOptions): Decoder {
  return makeDecoder(options, anchorsOf(options.prefixes.map(({ text }) => formsOf(text).dumped)));
}

/** Reads the same of hundreds of prefixes: it reads every dump that has lines with small offsets. */
export function makeLooseHexdumpDecoder(options: DecoderOptions): Decoder {
  return makeDecoder(options, [{ text: "\n0000", prefix: null, phase: 1, suits: beginsLine }]);
}

function makeDecoder(options: DecoderOptions, anchors: readonly Anchor[]): Decoder {
  const { search, charactersBefore, charactersAfter } = options;
  const mostLines = Math.ceil(charactersAfter / fewestBytesInLine);
  return {
    anchors,
    reachBytes: mostLines * longestLine,
    read: (bytes, hits, visit) => {
      let doneTo = -1;
      for (const { start: hit, anchor } of hits) {
        const start = hit + anchor.phase;
        if (start < doneTo) continue;
        const first = lineStart(bytes, start, linesBefore);
        const own = lineStart(bytes, start, 1);
        const { decoded, lines, end } = readLines(bytes, first, growth * mostLines);
        // What is cut at the end is read again from the next hit.
        const wholeTo = lines.length < growth * mostLines ? end : (lines[lines.length - mostLines] ?? end);
        search(decoded.bytes, (found, prefix) => {
          const at = decoded.starts[found] ?? 0;
          if (at < Math.max(own, doneTo) && doneTo !== -1) return;
          if (at >= wholeTo) return;
          const window = { found, from: found - charactersBefore, to: found + charactersAfter };
          visit(readingOf(decoded, "hexdump", prefix, window));
        });
        doneTo = Math.max(lineEnd(bytes, start), wholeTo);
      }
    },
  };
}

const columnLine = /^[ \t]{0,8}[0-9A-Fa-f]{4,16}(:|[ \t])[ \t]{0,4}((?:[0-9A-Fa-f]{2}[ \t]{0,2}){1,16})/;
const packedLine = /^[ \t]{0,8}[0-9A-Fa-f]{4,16}(:)[ \t]{0,4}((?:[0-9A-Fa-f]{2} ?){1,16})/;

function beginsLine(bytes: Uint8Array, start: number): boolean {
  const line = String.fromCharCode(...bytes.subarray(start, start + longestLead)).replace(/^[\n\t ]+/, "");
  return /^[0-9A-Fa-f]{4,16}(?::[ \t]{1,4}|[ \t]{1,5})[0-9A-Fa-f]{2}/.test(line);
}

function readLines(
  bytes: Buffer,
  start: number,
  mostLines: number,
): { readonly decoded: Decoded; readonly lines: readonly number[]; readonly end: number } {
  const values: number[] = [];
  const starts: number[] = [];
  let at = start;
  const lines: number[] = [];
  while (at < bytes.length && lines.length < mostLines) {
    lines.push(at);
    const end = lineEnd(bytes, at);
    const line = bytes.toString("latin1", at, Math.min(end, at + longestLine));
    const match = packedLine.exec(line) ?? columnLine.exec(line);
    if (match === null) {
      if (values.length > 0) break;
      at = end;
      continue;
    }
    const columns = match[2] ?? "";
    const first = at + match[0].length - columns.length;
    for (const pair of columns.matchAll(/[0-9A-Fa-f]{2}/g)) {
      values.push(Number.parseInt(pair[0], 16));
      starts.push(first + pair.index);
    }
    at = end;
  }
  const offsets = Int32Array.from(starts);
  const decoded = { bytes: Buffer.from(values), starts: offsets, ends: offsets.map((one) => one + 2) };
  return { decoded, lines, end: at };
}

const lineFeed = 0x0a;

/** Gives where the line begins that is `lines - 1` above that of `at`. */
function lineStart(bytes: Buffer, at: number, lines: number): number {
  let start = at;
  for (let line = 0; line < lines; line += 1) {
    const from = Math.max(0, start - 1 - longestLine);
    const feed = bytes.subarray(from, Math.max(0, start - (line === 0 ? 0 : 1))).lastIndexOf(lineFeed);
    if (feed === -1) return from === 0 ? 0 : start;
    start = from + feed + 1;
  }
  return start;
}

function lineEnd(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(lineFeed, at);
  return end === -1 ? bytes.length : end + 1;
}
