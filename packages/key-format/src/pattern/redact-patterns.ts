import { isWithinDigest } from "../redaction/is-within-digest.ts";
import { classCharacters, type ClassName } from "./character-class.ts";
import type { KeyPattern } from "./key-pattern.ts";
import { isLiteral } from "./pattern-part.ts";
import type { PatternVariant } from "./pattern-variant.ts";

interface Spelling {
  readonly prefix: string;
  /** Characters of the longest key. */
  readonly max: number;
  /** Gives what matches a key, or what is left of one that was cut, at `lastIndex`. */
  readonly expression: () => RegExp;
}

/** Reduces the keys of patterns in a text; linear in the text but for keys that begin alike. */
export type RedactPatterns = (text: string, redact: (key: string, prefix: string) => string) => string;

/** No key of a pattern with a shorter prefix is told by its text alone. */
export const leadSize = 3;
// Hardly any other text has runs of these as long as keys have.
const runCharacters = "0-9A-Za-z+/=_.-";
const isRun = new RegExp(`^[${runCharacters}]+$`);
const mostAsked = 16;

/** Makes the search for keys that begin with a literal; one that does not is no key to anybody without its name. */
export function makeRedactPatterns(patterns: readonly KeyPattern[]): RedactPatterns {
  const variants = patterns
    .flatMap((pattern) => pattern.variants)
    .filter(({ prefix }) => prefix.length >= leadSize);
  const spellings = variants.map((variant): Spelling => {
    // Few texts hold a key of more than one pattern, and a commit need not wait for the expressions of all.
    let made: RegExp | undefined;
    return { prefix: variant.prefix, max: variant.max, expression: () => (made ??= expressionFor(variant)) };
  });
  const shortest = Math.min(mostAsked, ...variants.map(longestRunOf));
  const longRun = new RegExp(`[${runCharacters}]{${shortest}}`);
  // Of keys as long as each other the one with the longest prefix comes first.
  const longestFirst = spellings.toSorted((one, other) => other.prefix.length - one.prefix.length);
  const byLead = Map.groupBy(longestFirst, ({ prefix }) => prefix.slice(0, leadSize));
  const leads = new RegExp([...byLead.keys()].map(escapeForPattern).join("|"), "g");
  return (text, redact) => {
    if (byLead.size === 0 || !longRun.test(text)) return text;
    let shown = "";
    let done = 0;
    leads.lastIndex = 0;
    for (let found = leads.exec(text); found !== null; found = leads.exec(text)) {
      const at = found.index;
      leads.lastIndex = at + 1;
      const spelt = longestAt(text, at, byLead.get(text.slice(at, at + leadSize)) ?? []);
      if (spelt === null) continue;
      shown += text.slice(done, at) + redact(spelt.key, spelt.prefix);
      done = at + spelt.key.length;
      leads.lastIndex = done;
    }
    return shown + text.slice(done);
  };
}

/** Gives the longest key that begins here, by its longest prefix, so that what is shown of it hangs on no order. */
function longestAt(
  text: string,
  at: number,
  spellings: readonly Spelling[],
): { readonly key: string; readonly prefix: string } | null {
  let longest: { readonly key: string; readonly prefix: string } | null = null;
  for (const { prefix, max, expression } of spellings) {
    if (!text.startsWith(prefix, at)) continue;
    const search = expression();
    search.lastIndex = at;
    const key = search.exec(text)?.[0];
    if (key === undefined || isWithinDigest(text, at, at + Math.min(max, key.length))) continue;
    if (longest === null || key.length > longest.key.length) longest = { key, prefix };
  }
  return longest;
}

/** The longest run that every key of a variant has. */
function longestRunOf({ parts }: PatternVariant): number {
  let longest = 0;
  let run = 0;
  for (const part of parts) {
    if (!isLiteral(part)) {
      run = isClassOfRuns(part.characters) ? run + part.min : 0;
    } else {
      for (const character of part.literal) {
        run = isRun.test(character) ? run + 1 : 0;
        longest = Math.max(longest, run);
      }
    }
    longest = Math.max(longest, run);
  }
  return longest;
}

const classesOfRuns = new Map<ClassName, boolean>();

function isClassOfRuns(name: ClassName): boolean {
  const known = classesOfRuns.get(name) ?? isRun.test(classCharacters(name));
  classesOfRuns.set(name, known);
  return known;
}

function expressionFor({ parts }: PatternVariant): RegExp {
  const source = parts.map((part) => {
    if (isLiteral(part)) return escapeForPattern(part.literal);
    const members = Array.from(
      classCharacters(part.characters),
      (character) => `\\x${hexOf(character)}`,
    ).join("");
    return `[${members}]{${part.min},}`;
  });
  return new RegExp(source.join(""), "y");
}

const escapeForPattern = (text: string): string =>
  text.replace(/[^0-9A-Za-z_]/g, (character) => `\\x${hexOf(character)}`);

const hexOf = (character: string): string => character.charCodeAt(0).toString(16).padStart(2, "0");
