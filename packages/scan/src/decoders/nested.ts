import { makeByteSearch } from "../search/byte-search.ts";
import { base64 } from "./digit-code.ts";
import { collectDigits, decodeDigits, longestLine, longestLineEnd } from "./digit-run.ts";
import type { Anchor, Decoder, EncodingName, Hit, Reading } from "./decoder.ts";

// As for base64 itself: a run that goes on is decoded in ever larger pieces.
const growth = 8;
const mostDigits = 64 * 1024;

/** Reads what another decoder reads, inside base64: `innerAfter` is how many of its bytes show a key whole. */
export function makeNestedDecoder(
  inner: Decoder,
  anchors: readonly Anchor[],
  { name, innerAfter }: { readonly name: EncodingName; readonly innerAfter: number },
): Decoder {
  const search = makeByteSearch<Anchor>(inner.anchors);
  const before = 64;
  const after = Math.ceil(((innerAfter + base64.unitBytes) * 8) / base64.digitBits);

  const readWithin = (bytes: Buffer, hit: Hit, wanted: number, visit: (reading: Reading) => void): number => {
    const position = { start: hit.start, phase: hit.anchor.phase };
    const run = collectDigits(base64, bytes, position, { before, after: wanted });
    const decoded = decodeDigits(base64, bytes, run);
    const hits: Hit[] = [];
    search(decoded.bytes, (start, anchor) => hits.push({ start, anchor }));
    hits.sort((one, other) => one.start - other.start);
    inner.read(decoded.bytes, hits, (reading) => {
      visit({
        ...reading,
        encoding: name,
        offsetOf: (index) => decoded.starts[reading.offsetOf(index)] ?? decoded.ends.at(-1) ?? 0,
        endOffsetOf: (index) => decoded.ends[Math.max(0, reading.endOffsetOf(index) - 1)] ?? 0,
      });
    });
    const last = run.offsets.at(run.isCut ? -after : -1);
    return last ?? hit.start;
  };

  return {
    anchors,
    reachBytes: after + Math.ceil(after / base64.unitDigits) * longestLineEnd + longestLine,
    read: (bytes, hits, visit) => {
      let doneTo = -1;
      let phases = new Set<number>();
      let wanted = 2 * after;
      for (const hit of hits) {
        // One run may hold the digits of several, each in its own phase.
        const phase = (hit.start - hit.anchor.phase) & 3;
        if (hit.start < doneTo && phases.has(phase)) continue;
        wanted = hit.start < doneTo + after ? Math.min(mostDigits, wanted * growth) : 2 * after;
        if (hit.start >= doneTo) phases = new Set();
        phases.add(phase);
        doneTo = Math.max(doneTo, readWithin(bytes, hit, wanted, visit));
      }
    },
  };
}
