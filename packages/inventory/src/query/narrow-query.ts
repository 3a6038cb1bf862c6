import { shortestScheduleMs } from "@keywarden/hygiene";
import type { InventoryClient } from "@keywarden/management";
import type { Judge } from "../judge.ts";
import type { Condition } from "./condition.ts";

type Query = NonNullable<Parameters<InventoryClient["list"]>[0]>;

/**
 * Translates as much of a query as the server can answer. What the server then lists is all that the query selects and
 * perhaps more, so the query itself still has to be matched.
 */
export function narrowQuery(conditions: readonly Condition[], { policies }: Judge, nowMs: number): Query {
  const texts = new Map<string, string>();
  const tags: string[] = [];
  const least: Record<string, number> = {};
  const atMost = (name: string, moment: number) =>
    void (least[name] = Math.min(least[name] ?? Infinity, moment));
  const atLeast = (name: string, moment: number) =>
    void (least[name] = Math.max(least[name] ?? -Infinity, moment));
  for (const condition of conditions) {
    if (condition.isNegated || condition.type === "word" || condition.type === "fuzzy") continue;
    if (condition.type === "span") {
      const { field, isOver } = condition;
      const then = nowMs - condition.spanMs;
      if (field === "age" && isOver) atMost("secretCreatedBefore", then);
      else if (field === "age") atLeast("secretCreatedFrom", then + 1);
      else if (field === "used" && isOver) atMost("usedBefore", then);
      else if (field === "used") atLeast("usedFrom", then + 1);
      else if (field === "unused" && isOver) atMost("unusedSince", then);
      continue;
    }
    const { field, values } = condition;
    const [first, second] = values;
    if (field === "status" && values.every(({ text }) => text === "overdue" || text === "due"))
      atMost(
        "secretCreatedBefore",
        nowMs -
          shortestMs(
            policies,
            values.some(({ text }) => text === "due"),
          ) +
          1,
      );
    if (first === undefined || second !== undefined || first.isPattern || first.text === "") continue;
    const { text } = first;
    if (field === "tag" && tags.length < 10) tags.push(text);
    const name = nameAt(field, text);
    if (name !== undefined && !texts.has(name)) texts.set(name, text);
  }
  const moments = Object.entries(least).flatMap(([name, moment]) => {
    const isMoment = Number.isFinite(moment) && moment > 0 && moment < 8.64e15;
    return isMoment ? [[name, new Date(moment).toISOString()]] : [];
  });
  return {
    ...Object.fromEntries(texts),
    ...Object.fromEntries(moments),
    ...(tags.length > 0 && { tag: tags }),
  } as Query;
}

function nameAt(field: string, text: string): string | undefined {
  // When a key expires is judged by the clock here, which the server does not have.
  if (field === "status") return text === "revoked" ? "state" : undefined;
  if (field === "env")
    return ["production", "sandbox", "development"].includes(text) ? "environment" : undefined;
  if (field === "owner") return text.length <= 100 ? field : undefined;
  return ["provider", "kind", "state"].includes(field) ? field : undefined;
}

// A secret can be due earlier than overdue.
function shortestMs(policies: Judge["policies"], isDueEnough: boolean): number {
  const state = isDueEnough ? "due" : "overdue";
  return Math.min(...policies.map((policy) => shortestScheduleMs(policy, state)));
}
