import type { JudgedKey } from "../judge-key.ts";
import { queryFields, spanFields } from "./query-fields.ts";
import type { Condition, QueryValue } from "./read-query.ts";

/** Makes the test whether all conditions hold for a key. */
export function matchQuery(conditions: readonly Condition[]): (judged: JudgedKey) => boolean {
  const tests = conditions.map((condition) => ({ isNegated: condition.isNegated, holds: testOf(condition) }));
  return (judged) => tests.every(({ isNegated, holds }) => holds(judged) !== isNegated);
}

function testOf(condition: Condition): (judged: JudgedKey) => boolean {
  if (condition.type === "word") {
    const word = condition.text.toLowerCase();
    return ({ key }) => key.name.toLowerCase().includes(word) || key.id.toLowerCase().includes(word);
  }
  if (condition.type === "span") {
    const { isOver, spanMs } = condition;
    const read = spanFields[condition.field] ?? (() => null);
    return (judged) => {
      const value = read(judged);
      return value !== null && (isOver ? value > spanMs : value < spanMs);
    };
  }
  const read = queryFields[condition.field]?.read ?? (() => []);
  const tests = condition.values.map(testOfValue);
  return (judged) => read(judged).some((value) => tests.some((test) => test(value)));
}

function testOfValue({ text, isPattern }: QueryValue): (value: string) => boolean {
  if (!isPattern) return (value) => value === text;
  const parts = text.split("*").map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  const pattern = new RegExp(`^${parts.join(".*")}$`, "su");
  return (value) => pattern.test(value);
}
