import { classCharacters, isOfClass } from "./character-class.ts";
import type { Environment } from "../key-kind.ts";
import { isExact, isLiteral, sizeOf, type PatternPart } from "./pattern-part.ts";

/** One spelling of a pattern, and the literal by which it is searched for. */
export interface PatternVariant {
  readonly parts: readonly PatternPart[];
  /** The index of the part that is searched for; -1 where only a name beside the key leads to it. */
  readonly anchor: number;
  /** What every key begins with; empty where it begins with a run. */
  readonly prefix: string;
  /** The provider's own word for the environment, and what it means; absent where the text has none. */
  readonly deployment?: { readonly label: string; readonly environment: Environment };
  readonly min: number;
  readonly max: number;
}

const shortestAnchor = 3;
const longestKey = 8192;
const fewestBits = 40;

/**
 * Makes a sequence of parts a variant, or says why it cannot be matched in one pass: nothing to search for, a run whose
 * end the next part does not show, too little that is random.
 */
export function makeVariant(
  parts: readonly PatternPart[],
  { isLedTo, hasBlock }: { readonly isLedTo: boolean; readonly hasBlock: boolean },
):
  | { readonly ok: true; readonly variant: PatternVariant }
  | { readonly ok: false; readonly message: string } {
  const bits = parts.reduce((sum, part) => sum + bitsOf(part), 0);
  if (bits < fewestBits && !hasBlock) {
    return fail(
      `holds ${Math.floor(bits)} random bits at its shortest, and a word can look like that; ${fewestBits} are needed`,
    );
  }
  const sizes = parts.map(sizeOf);
  const min = sizes.reduce((sum, size) => sum + size.min, 0);
  const max = sizes.reduce((sum, size) => sum + size.max, 0);
  if (max > longestKey) return fail(`can have ${max} characters, at most ${longestKey} are allowed`);
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    if (isExact(part) || isLiteral(part) || next === undefined) continue;
    const shown = isLiteral(next) ? next.literal : "";
    if (shown !== "" && !isOfClass(part.characters, shown.charCodeAt(0))) continue;
    const what = shown === "" ? "another run" : `"${shown}", which could belong to it`;
    return fail(
      `{${part.characters}:${part.min}-${part.max}} is followed by ${what}, so nothing shows where it ends`,
    );
  }
  const anchor = chooseAnchor(parts);
  if (anchor === -1 && !isLedTo) {
    return fail(
      `has no literal of ${shortestAnchor} characters, not all the same, to search for behind runs of one length; name what stands beside it`,
    );
  }
  const [first] = parts;
  const prefix = first !== undefined && isLiteral(first) ? first.literal : "";
  const deployment = readDeployment(prefix);
  return {
    ok: true,
    variant: { parts, anchor, prefix, min, max, ...(deployment === undefined ? {} : { deployment }) },
  };
}

// A line of spaces or dashes stands in every file.
const isAnchor = (literal: string): boolean => literal.length >= shortestAnchor && new Set(literal).size > 1;

// A run of any length may stand before the anchor only as the first part, where it is read backwards.
function chooseAnchor(parts: readonly PatternPart[]): number {
  for (const [index, part] of parts.entries()) {
    if (isLiteral(part) && isAnchor(part.literal)) return index;
    if (index > 0 && !isExact(part)) return -1;
  }
  return -1;
}

const deployments: Readonly<Record<string, Environment>> = {
  live: "production",
  prod: "production",
  production: "production",
  test: "sandbox",
  sandbox: "sandbox",
  sdbx: "sandbox",
  hmlg: "sandbox",
  SB: "sandbox",
  TEST: "sandbox",
  dev: "development",
  development: "development",
};

function readDeployment(prefix: string): PatternVariant["deployment"] {
  for (const word of prefix.split(/[^0-9A-Za-z]+/)) {
    const environment = Object.hasOwn(deployments, word) ? deployments[word] : undefined;
    if (environment !== undefined) return { label: word, environment };
  }
  return undefined;
}

function bitsOf(part: PatternPart): number {
  return isLiteral(part) ? 0 : part.min * Math.log2(classCharacters(part.characters).length);
}

const fail = (message: string) => ({ ok: false as const, message });
