// Which bytes may stand before a key. A key that is glued to a word is part of that word, except behind `_` and
// behind an escape: in `"\nsk_…"` and `key%3Dsk_…` the letter before the key is the escape's, not the text's.

const hexValue = (byte = 0): number => {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
};

/** Whether the byte is a letter or digit of ASCII. */
export const isAlphanumeric = (byte = 0): boolean =>
  (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);

const backslash = 0x5c;
const percent = 0x25;
const equals = 0x3d;
const isCapital = (byte = 0): boolean => byte < 0x61;
const controlEscapes: ReadonlySet<number | undefined> = new Set(
  Array.from("abefnrtv0", (letter) => letter.charCodeAt(0)),
);

/** Whether a key can begin at `start`: nothing, a byte that is not alphanumeric, or an escape stands before it. */
export function isLeftBoundary(bytes: Uint8Array, start: number): boolean {
  const before = bytes[start - 1];
  if (!isAlphanumeric(before)) return true;
  if (controlEscapes.has(before) && bytes[start - 2] === backslash) return true;
  if ((before === 0x6d || before === 0x4b) && endsColour(bytes, start - 1)) return true;
  const escaped = escapedByte(bytes, start);
  return escaped !== -1 && !isAlphanumeric(escaped);
}

/** Whether a shorter reading of a body may end before `end`: the next byte is not alphanumeric. */
export function isRightBoundary(bytes: Uint8Array, end: number): boolean {
  return !isAlphanumeric(bytes[end]);
}

/**
 * What can stand before a key, as sequences of characters and of what brackets hold of several; a line feed is the beginning
 * of a line. One of these ends wherever {@link isLeftBoundary} holds, and they end at some other positions as well.
 */
export const leftBoundaries: readonly (readonly string[])[] = [
  ["\n"],
  ["^0-9A-Za-z"],
  ["\\", "abefnrtv0"],
  // A colour, and the rest of the line cleared behind it.
  ["0-9;[", "Km"],
  // `%3D`, `%253D`, `\x3d`, `\u003d` and `=3D`.
  ["%05x=", "0-9A-Fa-f", "0-9A-Fa-f"],
];

// Logs colour what they print: the `m` of `ESC [ 3 2 m` is not a letter of the text, even if the escape is spelled out,
// nor is the `K` of `ESC [ K`, which grep and compilers write behind it.
function endsColour(bytes: Uint8Array, end: number): boolean {
  let at = end - 1;
  while (at > end - 16 && isColourByte(bytes[at])) at -= 1;
  if (bytes[at] !== 0x5b) return false;
  const lead = bytes[at - 1];
  return lead === 0x1b || lead === 0x62 || lead === 0x42 || lead === 0x65 || lead === 0x33;
}

function isColourByte(byte = 0): boolean {
  return (byte >= 48 && byte <= 57) || byte === 0x3b;
}

function escapedByte(bytes: Uint8Array, end: number): number {
  const high = hexValue(bytes[end - 2]);
  const low = hexValue(bytes[end - 1]);
  if (high === -1 || low === -1) return -1;
  // `%253D` is `%3D`, encoded once more.
  const isTwice = bytes[end - 5] === percent && bytes[end - 4] === 0x32 && bytes[end - 3] === 0x35;
  const isPercent = bytes[end - 3] === percent || isTwice;
  const isHex = bytes[end - 4] === backslash && bytes[end - 3] === 0x78;
  const isUnicode =
    bytes[end - 6] === backslash &&
    bytes[end - 5] === 0x75 &&
    bytes[end - 4] === 0x30 &&
    bytes[end - 3] === 0x30;
  // As quoted-printable writes it, in capitals.
  const isQuoted = bytes[end - 3] === equals && isCapital(bytes[end - 2]) && isCapital(bytes[end - 1]);
  return isPercent || isHex || isUnicode || isQuoted ? high * 16 + low : -1;
}

/** Whether the byte is a letter or digit of ASCII, `_` or `-`: all that a key and a placeholder are made of. */
export function isWordByte(byte = 0): boolean {
  return isAlphanumeric(byte) || byte === 0x5f || byte === 0x2d;
}

const shortestVaried = 24;

/** Whether so many letters of both cases and digits stand together as in no name that people give. */
export function hasVariety(text: string): boolean {
  return text.length >= shortestVaried && /[a-z]/.test(text) && /[A-Z]/.test(text) && /[0-9]/.test(text);
}

/** Whether a text is more than a word with a separator, so that it can be told where a word stands before it. */
export function isTellingInWord(text: string): boolean {
  return text.length >= 4 && /[^0-9A-Za-z]/.test(text);
}

const plus = 0x2b;
const slash = 0x2f;
const farthestDigits = 64;
const fewestDigits = 16;

/**
 * Whether a text of letters and digits alone is a piece of base64, such as a signature in a commit: a `+` or `/` beside it
 * leads on to many more digits.
 */
export function isInDigits(
  bytes: Buffer,
  { start, end }: { readonly start: number; readonly end: number },
): boolean {
  if (!isPlusOrSlash(bytes[start - 1]) && !isPlusOrSlash(bytes[end])) return false;
  for (let at = start; at < end; at += 1) if (!isAlphanumeric(bytes[at])) return false;
  let from = start;
  while (from > start - farthestDigits && isDigit(bytes[from - 1])) from -= 1;
  let to = end;
  while (to < end + farthestDigits && isDigit(bytes[to])) to += 1;
  const around = bytes.toString("latin1", from, start) + bytes.toString("latin1", end, to);
  // A path has words between its slashes, and hardly ever letters of both cases and digits.
  return (
    around.length >= fewestDigits && /[a-z]/.test(around) && /[A-Z]/.test(around) && /[0-9]/.test(around)
  );
}

const isPlusOrSlash = (byte: number | undefined): boolean => byte === plus || byte === slash;

const isDigit = (byte: number | undefined): boolean => isAlphanumeric(byte) || isPlusOrSlash(byte);
