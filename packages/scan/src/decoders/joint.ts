/** What stands between two pieces of one text. */
export interface Joint {
  readonly form: "joined-strings" | "quoted-printable" | "invisible-characters";
  /** Where the next piece starts. */
  readonly end: number;
  /** Whether only white space and comments stand between the two strings: they may as well be two values. */
  readonly isGuess: boolean;
}

const isColourByte = (byte = 0): boolean => (byte >= 48 && byte <= 57) || byte === 0x3b;

/** The most bytes between two pieces, comments and all. */
export const longestJoint = 240;

/** Reads a joint at `at`: the end of one string literal and the start of the next, or a break within one. */
export function readJoint(bytes: Buffer, at: number): Joint | null {
  const lead = bytes[at];
  if (!isJointLead(lead)) return null;
  const invisible = skipInvisible(bytes, at);
  if (invisible !== at) return { end: invisible, isGuess: false, form: "invisible-characters" };
  if (lead === equals) {
    const end = skipLineEnd(bytes, at + 1);
    return end === null ? null : { end, isGuess: !isFullLine(bytes, at), form: "quoted-printable" };
  }
  if (lead === dollar) {
    const next = bytes[at + 1] === openBrace ? skipString(bytes, skipBlanks(bytes, at + 2, 8)) : null;
    return next === null ? null : { end: next, isGuess: false, form: "joined-strings" };
  }
  const first = skipString(bytes, at);
  if (first === null) {
    const line = skipLineEnd(bytes, at + 1);
    if (line === null) return null;
    // A folded scalar of YAML leaves the indent out, and a string of most languages does not.
    const end = skipBlanks(bytes, line, longestIndent);
    return { end, isGuess: end > line, form: "joined-strings" };
  }
  const limit = Math.min(bytes.length, at + longestJoint);
  const gapEnd = skipGap(bytes, first, limit);
  const operatorEnd = skipOperator(bytes, gapEnd);
  const end = skipStringStart(bytes, operatorEnd === gapEnd ? gapEnd : skipGap(bytes, operatorEnd, limit));
  if (end !== null && end <= limit) {
    return { end, isGuess: operatorEnd === gapEnd, form: "joined-strings" };
  }
  const brace = skipBlanks(bytes, first, 8);
  return bytes[brace] === closeBrace ? { end: brace + 1, isGuess: false, form: "joined-strings" } : null;
}

/** Whether a joint can begin with this byte. */
export function isJointLead(byte: number | undefined): boolean {
  return byte !== undefined && leads.has(byte);
}

const codesOf = (text: string): ReadonlySet<number> =>
  new Set(Array.from(text, (character) => character.charCodeAt(0)));
const code = (character: string): number => character.charCodeAt(0);

const leads = new Set([...codesOf("\"'`\\$="), 0xe2, 0xef, 0xc2, 0x1b]);
const quotes = codesOf("\"'`");
// What Latin-1 has of white space.
const blanks = codesOf("\t\n\v\f\r \u00A0");
const literalPrefixes = codesOf("fFrRbBuU");
const [backslash, dollar, openBrace, closeBrace] = [code("\\"), code("$"), code("{"), code("}")];
const [lineFeed, carriageReturn, star, slash, hash] = [10, 13, code("*"), code("/"), code("#")];
const [dash, dot, bar, less, more] = [code("-"), code("."), code("|"), code("<"), code(">")];
const [plus, ampersand, tilde] = [code("+"), code("&"), code("~")];
const equals = code("=");
const [escape, openBracket] = [0x1b, code("[")];
const longestIndent = 64;

/** Characters that nobody sees, in UTF-8: zero-width ones, the byte order mark and the soft hyphen. */
const invisibles: ReadonlySet<number> = new Set([0xe2_80_8b, 0xe2_80_8c, 0xe2_80_8d, 0xe2_81_a0, 0xef_bb_bf]);

function skipInvisible(bytes: Buffer, at: number): number {
  if (bytes[at] === escape) return skipColours(bytes, at);
  const [first = 0, second = 0, third = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
  if (first === 0xc2 && second === 0xad) return at + 2;
  return invisibles.has((first << 16) | (second << 8) | third) ? at + 3 : at;
}

// Sequences of a terminal such as `ESC [ 3 2 m` and `ESC [ K`, which hardly any text has more than two of in a row.
function skipColours(bytes: Buffer, start: number): number {
  let end = start;
  for (let count = 0; count < 4 && bytes[end] === escape && bytes[end + 1] === openBracket; count += 1) {
    let at = end + 2;
    while (at < end + 16 && isColourByte(bytes[at])) at += 1;
    if (bytes[at] !== 0x6d && bytes[at] !== 0x4b) return end;
    end = at + 1;
  }
  return end;
}

// Encoders break a line where it is full: 76 characters with the equals sign.
function isFullLine(bytes: Buffer, at: number): boolean {
  const start = bytes.subarray(Math.max(0, at - 80), at).lastIndexOf(lineFeed);
  return start === -1 ? at >= 68 && at <= 80 : Math.min(80, at) - start >= 68;
}

// Operators of JavaScript and Python, PHP and Perl, Lua, Visual Basic, SQL, Elixir and Haskell.
function skipOperator(bytes: Buffer, at: number): number {
  const [byte, next] = [bytes[at], bytes[at + 1]];
  if (byte === plus || byte === dot) return next === byte ? at + 2 : at + 1;
  if (byte === bar) return next === bar ? at + 2 : at;
  if (byte === less) return next === more ? at + 2 : at;
  return byte === ampersand || byte === tilde ? at + 1 : at;
}

// White space, broken lines and comments, in one pass: nothing is looked at twice.
function skipGap(bytes: Buffer, start: number, limit: number): number {
  let at = start;
  while (at < limit) {
    const next = blanks.has(bytes[at] ?? -1)
      ? at + 1
      : bytes[at] === backslash
        ? skipLineEnd(bytes, at + 1)
        : skipComment(bytes, at, limit);
    if (next === null) break;
    at = next;
  }
  return at;
}

// Of C and its kin, of shells, Python and Ruby, of SQL, Lua and Haskell.
function skipComment(bytes: Buffer, at: number, limit: number): number | null {
  const [byte, next] = [bytes[at], bytes[at + 1]];
  if (byte === slash && next === star) {
    for (let end = at + 2; end + 1 < limit; end += 1)
      if (bytes[end] === star && bytes[end + 1] === slash) return end + 2;
    return null;
  }
  if (byte !== hash && !(next === byte && (byte === slash || byte === dash))) return null;
  for (let end = at + 1; end < limit; end += 1) if (bytes[end] === lineFeed) return end + 1;
  return null;
}

function skipLineEnd(bytes: Buffer, at: number): number | null {
  const end = bytes[at] === carriageReturn ? at + 1 : at;
  return bytes[end] === lineFeed ? end + 1 : null;
}

function skipBlanks(bytes: Buffer, start: number, most: number): number {
  let at = start;
  while (at < start + most && blanks.has(bytes[at] ?? -1)) at += 1;
  return at;
}

function skipStringStart(bytes: Buffer, at: number): number | null {
  const prefixed = literalPrefixes.has(bytes[at] ?? -1) ? skipString(bytes, at + 1) : null;
  return prefixed ?? skipString(bytes, at);
}

// A quote, also one that is escaped in the string around it.
function skipString(bytes: Buffer, at: number): number | null {
  const quote = bytes[at] === backslash ? at + 1 : at;
  return quotes.has(bytes[quote] ?? -1) ? quote + 1 : null;
}
