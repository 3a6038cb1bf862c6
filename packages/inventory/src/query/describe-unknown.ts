import { meantOrKnown } from "@keywarden/key-format";
import type { Judge } from "../judge.ts";
import type { KeyRow } from "../key-row.ts";
import type { Condition } from "./condition.ts";
import { queryFields } from "./query-fields.ts";

/** The fields whose values are chosen from lists that a server may have more of than this program. */
const fields = { provider: "provider", env: "environment" } as const;

/**
 * Says which value of a query no profile names and no key has; null where there is none. A misspelt one selects nothing,
 * and to say so would not answer what was meant.
 *
 * @param rows the keys that were looked at
 */
export function describeUnknown(
  conditions: readonly Condition[],
  { known }: Pick<Judge, "known">,
  rows: Iterable<KeyRow>,
): string | null {
  const namesOf = (field: string): readonly string[] => [
    ...(queryFields[field]?.values ?? []),
    ...(known[field] ?? []),
  ];
  const asked = conditions.flatMap((condition) =>
    condition.type === "field" && Object.hasOwn(fields, condition.field)
      ? condition.values
          .filter(({ text, isPattern }) => !isPattern && !namesOf(condition.field).includes(text))
          .map(({ text }) => ({ field: condition.field as keyof typeof fields, text }))
      : [],
  );
  if (asked.length === 0) return null;
  const left = new Set(asked);
  for (const row of rows) {
    for (const one of left)
      if (queryFields[one.field]?.read(row).includes(one.text) === true) left.delete(one);
    if (left.size === 0) return null;
  }
  const [first] = left;
  if (first === undefined) return null;
  const name = fields[first.field];
  const meant = meantOrKnown(first.text, [...new Set(namesOf(first.field))], `${name}s`);
  return `no key here has the ${name} ${JSON.stringify(first.text)}, and none is called so.${meant}`;
}
