import type { Condition, QueryValue } from "./condition.ts";
import { foreignOperator } from "./foreign-operator.ts";
import { spanUnitsMs } from "./query-fields.ts";

/** Writes conditions as a query that reads back as the same conditions. */
export function printQuery(conditions: readonly Condition[]): string {
  return conditions
    .map((condition) => `${condition.isNegated ? "!" : ""}${printCondition(condition)}`)
    .join(" ");
}

function printCondition(condition: Condition): string {
  if (condition.type === "word")
    return bareWord.test(condition.text) && foreignOperator(condition.text) === null
      ? condition.text
      : quote(condition.text);
  if (condition.type === "fuzzy") return `~${condition.text}`;
  if (condition.type === "span")
    return `${condition.field}${condition.isOver ? ">" : "<"}${printSpan(condition.spanMs)}`;
  return `${condition.field}:${condition.values.map(printValue).join(",")}`;
}

// A mark or a sign in it would make a word something else.
const bareWord = /^[^\s"!~:<>][^\s:<>~=]*$/;
const bareValue = /^[^\s",*|][^\s,*|]*$/;

function printValue({ text, isPattern }: QueryValue): string {
  return isPattern || bareValue.test(text) ? text : quote(text);
}

const quote = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

function printSpan(spanMs: number): string {
  const [unit = "h", ms = 1] =
    Object.entries(spanUnitsMs)
      .toSorted(([, one], [, other]) => other - one)
      .find(([, unitMs]) => spanMs % unitMs === 0) ?? [];
  return `${spanMs / ms}${unit}`;
}
