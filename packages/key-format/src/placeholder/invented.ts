import { placeholderWords } from "./placeholder-words.ts";

/** Words that people type in place of a key, beside those of which placeholders consist. */
const inventedWords = new Set([
  ...placeholderWords,
  ...(
    "for testing tests payment payments integration stripe github super very random long short number one two three " +
    "development staging public private shared master main default temp tmp local admin root login pass " +
    "lorem ipsum dolor sit amet dead beef cafe babe bad feed face food qwerty qwertz asdf asdfgh zxcv zxcvbn wasd " +
    "characters character letters digits not notreal real keyhere notsecret unsafe insecure data info foo bar service"
  ).split(" "),
]);

const longestWord = 12;
const shortestPiece = 3;
const leastShare = 0.8;
const leastBits = 32;
// Nothing random is left at all.
const leastBitsOfWhole = 24;

/**
 * Whether a body is pieced together from words, sequences and runs of one character, such as `abc123def456ghi789`.
 *
 * Four fifths of it must be, and the pieces must save 32 bits, or all of it and 24 bits, so that a random body is not taken for one
 * (key-formats.md §6.4). Linear in the body.
 */
export function isInvented(body: string): boolean {
  const folded = body.toLowerCase();
  const size = folded.length;
  let covered = 0;
  let bits = 0;
  for (let at = 0; at < size;) {
    const piece = longestPiece(folded, at);
    if (piece === null) {
      at += 1;
      continue;
    }
    covered += piece.size;
    bits += piece.bits;
    at += piece.size;
  }
  return covered >= size * leastShare && bits >= (covered === size ? leastBitsOfWhole : leastBits);
}

interface Piece {
  readonly size: number;
  readonly bits: number;
}

// A letter carries nearly five bits and a hexadecimal digit four; which piece it is costs some of what it saves.
function longestPiece(text: string, at: number): Piece | null {
  let best: Piece | null = null;
  for (const step of [0, 1, -1]) {
    let end = at + 1;
    while (end < text.length && text.charCodeAt(end) - text.charCodeAt(end - 1) === step) end += 1;
    const size = end - at;
    // Only one step can follow a character, so the others end where they begin.
    if (size >= shortestPiece) best = { size, bits: (size - 1) * 4 - 2 };
  }
  for (let size = Math.min(longestWord, text.length - at); size >= shortestPiece; size -= 1) {
    if (size <= (best?.size ?? 0)) break;
    if (inventedWords.has(text.slice(at, at + size))) return { size, bits: size * 4.7 - 7.3 };
  }
  return best;
}
