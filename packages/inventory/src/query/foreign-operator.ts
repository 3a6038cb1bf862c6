const operators: ReadonlyMap<string, "or" | "and" | "not"> = new Map([
  ["or", "or"],
  ["|", "or"],
  ["||", "or"],
  ["and", "and"],
  ["&", "and"],
  ["&&", "and"],
  ["not", "not"],
] as const);

/** Says what a word means between the conditions of other languages, in any case; null for any other word. */
export const foreignOperator = (word: string): "or" | "and" | "not" | null =>
  operators.get(word.toLowerCase()) ?? null;
