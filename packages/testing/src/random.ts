import type { RandomBytes } from "@keywarden/key-format";

/** Makes a source of bytes that is the same for the same seed; never use it for a real key. */
export function makeRandom(seed: number): RandomBytes {
  let state = seed >>> 0;
  // mulberry32: 32 bits of state, full period, good enough to look random to a test.
  const nextWord = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return (sizeBytes) => Uint8Array.from({ length: sizeBytes }, () => nextWord() >>> 24);
}
