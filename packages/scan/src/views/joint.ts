/** What stands between two pieces of one text. */
export interface Joint {
  /** Where the next piece starts. */
  readonly end: number;
  /** Whether only white space stands between the two strings: they may as well be two values. */
  readonly isGuess: boolean;
}

/** The most bytes between two pieces. */
const longestJoint = 160;

const lineContinuation = /\\\r?\n/y;
const string = String.raw`\\?["'${"`"}]`;
const blank = String.raw`(?:\s|\\\r?\n)`;
// Operators of JavaScript and Python, PHP and Perl, Lua, Visual Basic, SQL, Elixir and Haskell.
const operator = String.raw`(?:\+\+?|\.\.?|&|\|\||<>|~)`;
const joined = new RegExp(`${string}${blank}{0,120}(${operator})?${blank}{0,120}[fFrRbBuU]?${string}`, "y");
const template = new RegExp(`\\$\\{\\s{0,8}${string}|${string}\\s{0,8}\\}`, "y");

/** Reads a joint at `at`: the end of one string literal and the start of the next, or a break within one. */
export function readJoint(bytes: Buffer, at: number): Joint | null {
  if (!isJointLead(bytes[at])) return null;
  const text = bytes.toString("latin1", at, at + longestJoint);
  const joint = matchStart(joined, text);
  if (joint !== null) return { end: at + joint[0].length, isGuess: joint[1] === undefined };
  const certain = matchStart(lineContinuation, text) ?? matchStart(template, text);
  return certain === null ? null : { end: at + certain[0].length, isGuess: false };
}

/** Whether a joint can begin with this byte. */
export function isJointLead(byte: number | undefined): boolean {
  return byte !== undefined && leads.has(byte);
}

function matchStart(pattern: RegExp, text: string): RegExpExecArray | null {
  pattern.lastIndex = 0;
  return pattern.exec(text);
}

const leads = new Set(Array.from("\"'`\\$", (character) => character.charCodeAt(0)));
