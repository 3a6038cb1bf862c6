import type { ProviderProfile } from "../profile.ts";
import { type ClassName, isOfClass } from "./character-class.ts";
import type { KeyPattern } from "./key-pattern.ts";
import { isLiteral, type PatternPart } from "./pattern-part.ts";

/** Two sorts of keys that one text can be, where nothing in the text tells which. */
export interface Overlap {
  /** Where the first stands in its provider's definition, from `$`. */
  readonly path: string;
  readonly other: ProviderProfile;
  /** What the other provider calls such a key, and its id with the provider's; a prefix where it has no other name. */
  readonly name: string;
  readonly id: string;
}

/**
 * Finds where a pattern of a provider accepts a text that another provider's pattern or prefix does, or the other way round,
 * and where two of its own do of which one is secret and the other is not.
 *
 * Prefixes with a body may overlap: lengths, alphabets and what stands nearby rank whose key it is.
 */
export function findOverlap(provider: ProviderProfile, others: readonly ProviderProfile[]): Overlap | null {
  const own = sortsOf(provider);
  for (const [index, one] of own.entries()) {
    const mine = own.slice(index + 1).find((next) => differInHarm(one, next) && canBeBoth(one, next));
    if (mine !== undefined) return { path: mine.path, other: provider, name: one.name, id: one.id };
  }
  for (const other of others) {
    for (const theirs of sortsOf(other)) {
      const mine = own.find((one) => (one.pattern ?? theirs.pattern) !== undefined && canBeBoth(one, theirs));
      if (mine !== undefined) return { path: mine.path, other, name: theirs.name, id: theirs.id };
    }
  }
  return null;
}

interface Sort {
  readonly path: string;
  readonly id: string;
  readonly name: string;
  readonly spellings: readonly (readonly PatternPart[])[];
  /** Absent: a prefix with a body. */
  readonly pattern?: KeyPattern;
}

function sortsOf({ id, formats, patterns = [] }: ProviderProfile): readonly Sort[] {
  return [
    ...formats.map(({ prefix, body: { alphabet, length } }, index) => {
      const { min, max } = typeof length === "number" ? { min: length, max: length } : length;
      const parts = [{ literal: prefix }, { characters: alphabet, min, max }];
      return { path: `$.formats[${index}].prefix`, id: prefix, name: prefix, spellings: [parts] };
    }),
    ...patterns.map((pattern, index) => ({
      path: `$.patterns[${index}].pattern`,
      id: `${id}/${pattern.id}`,
      name: pattern.name,
      spellings: pattern.variants.map(({ parts }) => parts),
      pattern,
    })),
  ];
}

// What is only a prefix is ranked beside the others that begin so.
const differInHarm = ({ pattern: one }: Sort, { pattern: other }: Sort): boolean =>
  one !== undefined && other !== undefined && (one.kind === "publishable") !== (other.kind === "publishable");

function canBeBoth(one: Sort, other: Sort): boolean {
  const [names, otherNames] = [namesOf(one), namesOf(other)];
  // The name beside a key tells the two apart.
  if (names?.join() !== otherNames?.join() && names?.some((name) => otherNames?.includes(name)) !== true)
    return false;
  return one.spellings.some((parts) =>
    other.spellings.some((others) => share(unroll(parts), unroll(others))),
  );
}

const namesOf = ({ pattern }: Sort): readonly string[] | undefined => pattern?.beside ?? pattern?.services;

/** One character of a spelling; from an optional one the reading may go on behind its run. */
interface Step {
  /** A character, or the name of a class. */
  readonly accepts: string;
  readonly isLiteral: boolean;
  readonly behindRun: number | null;
}

// More of a run tells nothing more of the two.
const longestRun = 512;

function unroll(parts: readonly PatternPart[]): readonly Step[] {
  const steps: Step[] = [];
  for (const part of parts) {
    if (isLiteral(part)) {
      for (const accepts of part.literal) steps.push({ accepts, isLiteral: true, behindRun: null });
      continue;
    }
    const [min, max] = [Math.min(longestRun, part.min), Math.min(longestRun, part.max)];
    const end = steps.length + max;
    for (let index = 0; index < max; index += 1) {
      steps.push({ accepts: part.characters, isLiteral: false, behindRun: index < min ? null : end });
    }
  }
  return steps;
}

/** Whether a text fits both: walks the two side by side, each pair of positions once. */
function share(one: readonly Step[], other: readonly Step[]): boolean {
  const seen = new Set<number>();
  const open = [0];
  const width = other.length + 1;
  const add = (left: number, right: number): void => {
    const at = left * width + right;
    if (seen.has(at)) return;
    seen.add(at);
    open.push(at);
  };
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const [left, right] = [Math.floor(at / width), at % width];
    if (left === one.length && right === other.length) return true;
    const [step, otherStep] = [one[left], other[right]];
    if (step !== undefined && step.behindRun !== null) add(step.behindRun, right);
    if (otherStep !== undefined && otherStep.behindRun !== null) add(left, otherStep.behindRun);
    if (step !== undefined && otherStep !== undefined && haveCommon(step, otherStep))
      add(left + 1, right + 1);
  }
  return false;
}

const known = new Map<string, boolean>();

function haveCommon(one: Step, other: Step): boolean {
  if (one.isLiteral && other.isLiteral) return one.accepts === other.accepts;
  const pair = `${one.accepts} ${one.isLiteral} ${other.accepts} ${other.isLiteral}`;
  let found = known.get(pair);
  if (found === undefined) {
    found = Array.from({ length: 128 }, (_, code) => code).some(
      (code) => fits(one, code) && fits(other, code),
    );
    known.set(pair, found);
  }
  return found;
}

const fits = ({ accepts, isLiteral: isText }: Step, code: number): boolean =>
  isText ? accepts.charCodeAt(0) === code : isOfClass(accepts as ClassName, code);
