import type { KeyRow } from "../key-row.ts";
import type { Condition, QueryValue } from "./condition.ts";
import { queryFields, spanFields } from "./query-fields.ts";
import { searchText } from "./search-text.ts";

type Test = (row: KeyRow, nowMs: number) => boolean;

/** Makes the test whether all conditions hold for a key at a moment; without any every key passes. */
export function matchQuery(conditions: readonly Condition[]): Test {
  const tests = conditions.map((condition) => ({
    isNegated: condition.isNegated,
    holds: makeTest(condition),
  }));
  return (row, nowMs) => tests.every(({ isNegated, holds }) => holds(row, nowMs) !== isNegated);
}

/** Makes the test whether the words and letters of a query hold for a text; its other conditions are left out. */
export function matchWords(conditions: readonly Condition[]): (text: string) => boolean {
  const tests = conditions.flatMap(({ isNegated, ...condition }) =>
    condition.type === "word" || condition.type === "fuzzy"
      ? [{ isNegated, holds: testText(condition) }]
      : [],
  );
  return (text) => {
    const searched = searchText(text);
    return tests.every(({ isNegated, holds }) => holds(searched) !== isNegated);
  };
}

function makeTest(condition: Condition): Test {
  if (condition.type === "word" || condition.type === "fuzzy") {
    const holds = testText(condition);
    return ({ haystack }) => holds(haystack);
  }
  if (condition.type === "span") {
    const { isOver, spanMs } = condition;
    const read = spanFields[condition.field] ?? (() => null);
    return (row, nowMs) => {
      const value = read(row, nowMs);
      return value !== null && (isOver ? value > spanMs : value < spanMs);
    };
  }
  const read = queryFields[condition.field]?.read ?? (() => []);
  const tests = condition.values.map(testValue);
  return (row) => read(row).some((value) => tests.some((test) => test(value)));
}

function testValue({ text, isPattern }: QueryValue): (value: string) => boolean {
  if (!isPattern) return (value) => value === text;
  const parts = text.split("*").map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  const pattern = new RegExp(`^${parts.join(".*")}$`, "su");
  return (value) => pattern.test(value);
}

function testText({ type, text }: { readonly type: "word" | "fuzzy"; readonly text: string }) {
  const wanted = searchText(text);
  return type === "word"
    ? (haystack: string) => haystack.includes(wanted)
    : (haystack: string) => hasLetters(haystack, wanted);
}

function hasLetters(haystack: string, letters: string): boolean {
  let from = 0;
  for (const letter of letters) {
    const at = haystack.indexOf(letter, from);
    if (at === -1) return false;
    from = at + letter.length;
  }
  return true;
}
