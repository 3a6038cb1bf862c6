import type { KeyRow } from "../key-row.ts";
import type { Condition, QueryValue } from "./condition.ts";
import { queryFields, spanFields } from "./query-fields.ts";

type Test = (row: KeyRow, nowMs: number) => boolean;

/** Makes the test whether all conditions hold for a key at a moment; without any every key passes. */
export function matchQuery(conditions: readonly Condition[]): Test {
  const tests = conditions.map((condition) => ({
    isNegated: condition.isNegated,
    holds: makeTest(condition),
  }));
  return (row, nowMs) => tests.every(({ isNegated, holds }) => holds(row, nowMs) !== isNegated);
}

function makeTest(condition: Condition): Test {
  if (condition.type === "word") {
    const word = condition.text.toLowerCase();
    return ({ haystack }) => haystack.includes(word);
  }
  if (condition.type === "fuzzy") return testLetters(condition.text.toLowerCase());
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

function testLetters(letters: string): Test {
  return ({ haystack }) => {
    let from = 0;
    for (const letter of letters) {
      const at = haystack.indexOf(letter, from);
      if (at === -1) return false;
      from = at + letter.length;
    }
    return true;
  };
}
