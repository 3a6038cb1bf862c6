import { splitWords } from "./split-words.ts";

/** A condition on one key; `isNegated` turns it round. */
export type FilterTerm = { readonly isNegated: boolean } & (
  | { readonly kind: "word"; readonly word: string }
  | { readonly kind: "field"; readonly field: FilterField; readonly values: readonly string[] }
  | { readonly kind: "span"; readonly field: SpanField; readonly isOver: boolean; readonly spanMs: number }
);
export type FilterField = "provider" | "status" | "env" | "kind" | "tag";
export type SpanField = "age" | "unused";

export interface Filter {
  readonly terms: readonly FilterTerm[];
  /** What could not be understood, each as a sentence that says how to write it. */
  readonly problems: readonly string[];
}

const fieldPattern = /^(provider|status|env|kind|tag):(.*)$/i;
const spanPattern = /^(age|unused)([<>])(.*)$/i;
const spanValue = /^(\d{1,6})([smhdwy])$/i;
const unitMs = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
} as const;

function parseTerm(text: string, isNegated: boolean): FilterTerm | { problem: string } | undefined {
  // Keys and the CLI say environment, too.
  const field = fieldPattern.exec(text.replace(/^environment:/i, "env:"));
  if (field !== null) {
    const values = (field[2] ?? "").toLowerCase().split(",").filter(Boolean);
    // A field without a value yet is someone still typing.
    if (values.length === 0) return undefined;
    return { kind: "field", field: (field[1] ?? "").toLowerCase() as FilterField, values, isNegated };
  }
  const span = spanPattern.exec(text);
  if (span !== null) {
    const value = spanValue.exec(span[3] ?? "");
    if (value === null) {
      return { problem: `${text}: write a number and a unit, such as ${span[1]}${span[2]}90d` };
    }
    const unit = (value[2] ?? "d").toLowerCase() as keyof typeof unitMs;
    const spanField = (span[1] ?? "").toLowerCase() as SpanField;
    return {
      kind: "span",
      field: spanField,
      isOver: span[2] === ">",
      spanMs: Number(value[1]) * unitMs[unit],
      isNegated,
    };
  }
  return { kind: "word", word: text.toLowerCase(), isNegated };
}

/** Reads a filter such as `payments !env:sandbox status:overdue,due age>90d "two words"`. All terms must hold. */
export function parseFilter(text: string): Filter {
  const terms: FilterTerm[] = [];
  const problems: string[] = [];
  for (const raw of splitWords(text.replace(/^[:/]/, ""))) {
    const isNegated = raw.startsWith("!");
    const word = isNegated ? raw.slice(1) : raw;
    if (word === "") continue;
    const term = parseTerm(word, isNegated);
    if (term === undefined) continue;
    if ("problem" in term) problems.push(term.problem);
    else terms.push(term);
  }
  return { terms, problems };
}
