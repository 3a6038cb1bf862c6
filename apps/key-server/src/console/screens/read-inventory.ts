import type { Judge, KeyRow, NextAlert } from "@keywarden/inventory";
import type { ManagedKey, RotationRecord } from "@keywarden/management";
import { listKeysRoute } from "../../operator/list-keys.ts";
import { listRotationsRoute } from "../../operator/manage-rotations.ts";
import { done, type Outcome } from "../../refusal.ts";
import type { ServerContext } from "../../server-context.ts";
import type { Console, ConsoleVisit } from "../console.ts";
import { ask } from "../../auth/ask.ts";
import { findReplaced, makeRow } from "./make-rows.ts";

/** Keys that a page judges at most; of a larger inventory it says so, and a program has the API. */
export const MOST_KEYS = 5000;
const KEYS_AT_ONCE = 1000;

/** What a page has read: the rows, and whether there are more than it looked at. */
export interface Read {
  readonly rows: readonly KeyRow[];
  readonly isPartial: boolean;
}

type Query = Readonly<Record<string, unknown>>;

/** One page of keys as the operator API lists them. */
export interface InventoryPage {
  readonly keys: readonly ManagedKey[];
  readonly total: number | null;
  readonly nextCursor: string | null;
}

/** Reads one page of keys, oldest first, as the operator API lists them. */
export async function readKeyPage(
  { context }: Pick<Console, "context">,
  to: ConsoleVisit,
  query: Query,
): Promise<Outcome<InventoryPage>> {
  const answer = await ask(context, to, listKeysRoute, { query });
  return answer.ok ? done(answer.value.body as InventoryPage) : answer;
}

/** Reads the keys that a page judges, oldest first, up to {@link MOST_KEYS}. */
export async function readInventory(
  tools: Pick<Console, "context" | "judge">,
  to: ConsoleVisit,
  query: Query = {},
): Promise<Outcome<Read>> {
  const pages: InventoryPage[] = [];
  let cursor: string | null = null;
  let count = 0;
  do {
    const more: Query = cursor === null ? {} : { cursor };
    const page: Outcome<InventoryPage> = await readKeyPage(tools, to, {
      ...query,
      ...more,
      limit: KEYS_AT_ONCE,
    });
    if (!page.ok) return page;
    pages.push(page.value);
    count += page.value.keys.length;
    cursor = page.value.nextCursor;
  } while (cursor !== null && count < MOST_KEYS);
  return done(await judgeKeys(pages, tools, to.nowMs));
}

/** Judges the keys of pages that follow one another. */
export async function judgeKeys(
  pages: readonly InventoryPage[],
  { context, judge }: Pick<Console, "context" | "judge">,
  nowMs: number,
): Promise<Read> {
  const all = pages.flatMap(({ keys }) => keys);
  const replaced = await findReplaced(context, all);
  return {
    rows: all.map((key) => makeRow(key, replaced, judge, nowMs)),
    isPartial: pages.at(-1)?.nextCursor !== null,
  };
}

/** Reads the newest rotations in progress, and how many there are. */
export async function readRotations(
  { context }: Pick<Console, "context">,
  to: ConsoleVisit,
): Promise<Outcome<{ readonly rotations: readonly RotationRecord[]; readonly total: number }>> {
  const answer = await ask(context, to, listRotationsRoute, { query: { limit: MOST_ROTATIONS } });
  if (!answer.ok) return answer;
  return done(answer.value.body as { readonly rotations: readonly RotationRecord[]; readonly total: number });
}

const MOST_ROTATIONS = 1000;
const MOST_ALERTS = 1000;
const WEEK_MS = 7 * 86_400_000;

/** What was noticed about keys within a week, newest first, and whether there is more than was read. */
export async function readAlerts(
  context: ServerContext,
  judge: Judge,
): Promise<{ readonly alerts: readonly NextAlert[]; readonly isPartial: boolean }> {
  await context.measuring.freshen();
  const { events, next } = await context.storage.securityEvents.list({ limit: MOST_ALERTS, before: null });
  const sinceMs = context.storage.now() - WEEK_MS;
  const alerts = events.flatMap(({ keyId, lastAtMs, code, evidence }) =>
    keyId === null || lastAtMs < sinceMs
      ? []
      : [{ keyId, atMs: lastAtMs, text: judge.show(`${code.replaceAll("-", " ")}: ${evidence}`) }],
  );
  return { alerts, isPartial: next !== null && (events.at(-1)?.lastAtMs ?? 0) >= sinceMs };
}
