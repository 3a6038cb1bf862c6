import { isEncodedWords } from "./encoded-words.ts";
import { isInvented } from "./invented.ts";
import { placeholderWords, revealingWords, typedRuns } from "./placeholder-words.ts";

/** The sign that a body is a placeholder (key-formats.md §6). */
export type PlaceholderRule =
  | "template"
  | "elided"
  | "words"
  | "low-variety"
  | "repetition"
  | "sequence"
  | "invented"
  | "encoded-words";

/**
 * Finds the first sign that the text after a prefix is a placeholder; `null` if there is none.
 *
 * A random body of 16 or more hex digits, or 12 or more of a larger alphabet, is taken for one less than once in a million. Linear in the body.
 */
export function findPlaceholder(body: string): PlaceholderRule | null {
  if (/[<>{}[\]()$%]/.test(body)) return "template";
  if (/\.\.\.|[\u2026*\u2022]/.test(body)) return "elided";
  if (isMadeOfWords(body) || revealingWords.some((word) => body.includes(word))) return "words";
  if (hasLowVariety(body)) return "low-variety";
  if (isRepetition(body)) return "repetition";
  if (isSequence(body)) return "sequence";
  if (isInvented(body) || holdsTyped(body)) return "invented";
  return isEncodedWords(body) ? "encoded-words" : null;
}

const shortestWithTyped = 16;

// `AIza…xxxxxx` or `…1234567890…`: a part that somebody filled in.
function holdsTyped(body: string): boolean {
  if (body.length < shortestWithTyped) return false;
  return /x{6}|X{6}/.test(body) || typedRuns.some((run) => body.includes(run));
}

function isMadeOfWords(body: string): boolean {
  const parts = body.replace(/\d{1,3}$/, "").split(/[_-]/);
  const letters = parts.filter((part) => part !== "");
  if (letters.length === 0 || letters.some((part) => !/^[A-Za-z]+$/.test(part))) return false;
  if (letters.every((part) => isConcatenation(part.toLowerCase()))) return true;
  const oneCase = body === body.toLowerCase() || body === body.toUpperCase();
  return oneCase && letters.length > 1 && letters.some((part) => placeholderWords.has(part.toLowerCase()));
}

function isConcatenation(letters: string): boolean {
  const reachable = new Uint8Array(letters.length + 1);
  reachable[0] = 1;
  for (let start = 0; start < letters.length; start += 1) {
    if (reachable[start] !== 1) continue;
    for (let size = 2; size <= 11 && start + size <= letters.length; size += 1) {
      if (placeholderWords.has(letters.slice(start, start + size))) reachable[start + size] = 1;
    }
  }
  return reachable[letters.length] === 1;
}

// Each limit keeps the chance for random hex, the narrowest alphabet, near one in a billion (key-formats.md §6.4).
function hasLowVariety(body: string): boolean {
  const { length } = body;
  const limit =
    length >= 32 ? 5 : length >= 24 ? 4 : length >= 16 ? 3 : length >= 12 ? 2 : length >= 3 ? 1 : 0;
  if (limit > 0 && new Set(body).size <= limit) return true;
  let run = 1;
  let longest = 1;
  for (let index = 1; index < length; index += 1) {
    run = body[index] === body[index - 1] ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  return longest >= 10 && longest * 2 >= length;
}

// The border of the whole body, by the prefix function of Knuth, Morris and Pratt, gives its shortest period.
function isRepetition(body: string): boolean {
  const border = new Uint16Array(body.length);
  for (let index = 1; index < body.length; index += 1) {
    let size = border[index - 1] ?? 0;
    while (size > 0 && body[index] !== body[size]) size = border[size - 1] ?? 0;
    border[index] = body[index] === body[size] ? size + 1 : 0;
  }
  const repeated = border[body.length - 1] ?? 0;
  return repeated >= 8 && repeated * 2 >= body.length;
}

function isSequence(body: string): boolean {
  const { length } = body;
  if (length < 3) return false;
  const { up, down } = countSteps(body, 1);
  const pairs = length - 1;
  if (Math.max(up, down) >= (length < 12 ? pairs : pairs * 0.8)) return true;
  // Two interleaved sequences, such as a1b2c3, step at a distance of two and may run in opposite directions.
  const interleaved = countSteps(body, 2);
  if (length >= 12 && interleaved.up + interleaved.down >= (length - 2) * 0.8) return true;
  // One of them may stand still, as in k1k2k3.
  const { same } = interleaved;
  return (
    length >= 16 && same < length * 0.6 && interleaved.up + interleaved.down + same >= (length - 2) * 0.9
  );
}

function countSteps(body: string, stride: 1 | 2): { up: number; down: number; same: number } {
  const folded = body.toLowerCase();
  let up = 0;
  let down = 0;
  let same = 0;
  for (let index = stride; index < folded.length; index += 1) {
    const step = folded.charCodeAt(index) - folded.charCodeAt(index - stride);
    const pair = folded.charAt(index - stride) + folded.charAt(index);
    if (step === 1 || pair === "90") up += 1;
    if (step === -1 || pair === "09") down += 1;
    if (step === 0) same += 1;
  }
  return { up, down, same };
}
