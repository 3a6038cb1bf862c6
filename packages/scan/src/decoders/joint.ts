/** What stands between two pieces of one text. */
export interface Joint {
  /** Where the next piece starts. */
  readonly end: number;
  /** Whether only white space and comments stand between the two strings: they may as well be two values. */
  readonly isGuess: boolean;
}

/** The most bytes between two pieces, comments and all. */
export const longestJoint = 240;

/** Reads a joint at `at`: the end of one string literal and the start of the next, or a break within one. */
export function readJoint(bytes: Buffer, at: number): Joint | null {
  const lead = bytes[at];
  if (!isJointLead(lead)) return null;
  if (lead === dollar) {
    const next = bytes[at + 1] === openBrace ? skipString(bytes, skipBlanks(bytes, at + 2, 8)) : null;
    return next === null ? null : { end: next, isGuess: false };
  }
  const first = skipString(bytes, at);
  if (first === null) {
    const end = skipLineEnd(bytes, at + 1);
    return end === null ? null : { end, isGuess: false };
  }
  const limit = Math.min(bytes.length, at + longestJoint);
  const gapEnd = skipGap(bytes, first, limit);
  const operatorEnd = skipOperator(bytes, gapEnd);
  const end = skipStringStart(bytes, operatorEnd === gapEnd ? gapEnd : skipGap(bytes, operatorEnd, limit));
  if (end !== null && end <= limit) return { end, isGuess: operatorEnd === gapEnd };
  const brace = skipBlanks(bytes, first, 8);
  return bytes[brace] === closeBrace ? { end: brace + 1, isGuess: false } : null;
}

/** Whether a joint can begin with this byte. */
export function isJointLead(byte: number | undefined): boolean {
  return byte !== undefined && leads.has(byte);
}

const codesOf = (text: string): ReadonlySet<number> =>
  new Set(Array.from(text, (character) => character.charCodeAt(0)));
const code = (character: string): number => character.charCodeAt(0);

const leads = codesOf("\"'`\\$");
const quotes = codesOf("\"'`");
// What Latin-1 has of white space.
const blanks = codesOf("\t\n\v\f\r \u00A0");
const literalPrefixes = codesOf("fFrRbBuU");
const [backslash, dollar, openBrace, closeBrace] = [code("\\"), code("$"), code("{"), code("}")];
const [lineFeed, carriageReturn, star, slash, hash] = [10, 13, code("*"), code("/"), code("#")];
const [dash, dot, bar, less, more] = [code("-"), code("."), code("|"), code("<"), code(">")];
const [plus, ampersand, tilde] = [code("+"), code("&"), code("~")];

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
