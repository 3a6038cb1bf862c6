import {
  makeKeyRow,
  signsOfRotations,
  type Judge,
  type KeyRow,
  type NextAlert,
  type NextRotation,
} from "@keywarden/inventory";
import type { ManagedKey, RotationRecord } from "@keywarden/management";
import { listKeysRoute } from "../../operator/list-keys.ts";
import { listRotationsRoute } from "../../operator/manage-rotations.ts";
import { done, type Outcome } from "../../refusal.ts";
import type { ServerContext } from "../../server-context.ts";
import type { Console, ConsoleVisit } from "../console.ts";
import { ask } from "../session/visitor.ts";

/** Keys that a page judges at most; of a larger inventory it says so, and a program has the API. */
export const MOST_KEYS = 5000;
const KEYS_AT_ONCE = 1000;

/** What a page has read: the rows, and whether there are more than it looked at. */
export interface Read {
  readonly rows: readonly KeyRow[];
  readonly isPartial: boolean;
  /** How many keys the server has that answer the query it was asked. */
  readonly total: number | null;
  readonly nextCursor: string | null;
}

type Query = Readonly<Record<string, unknown>>;

/** Reads one page of keys, oldest first, as the operator API lists them. */
export async function readKeyPage(
  { context, judge }: Pick<Console, "context" | "judge">,
  to: ConsoleVisit,
  query: Query,
): Promise<Outcome<Read>> {
  const answer = await ask(context, to, listKeysRoute, { query });
  if (!answer.ok) return answer;
  const { keys, total, nextCursor } = answer.value.body as {
    readonly keys: readonly ManagedKey[];
    readonly total: number | null;
    readonly nextCursor: string | null;
  };
  const rows = keys.map((key) => makeKeyRow(key, judge, to.nowMs));
  return done({ rows, total, nextCursor, isPartial: nextCursor !== null });
}

/** Reads the keys that a page judges, oldest first, up to {@link MOST_KEYS}. */
export async function readInventory(
  tools: Pick<Console, "context" | "judge">,
  to: ConsoleVisit,
  query: Query = {},
): Promise<Outcome<Read>> {
  const rows: KeyRow[] = [];
  let total: number | null = null;
  let cursor: string | null = null;
  do {
    const more: Query = cursor === null ? {} : { cursor };
    const page: Outcome<Read> = await readKeyPage(tools, to, { ...query, ...more, limit: KEYS_AT_ONCE });
    if (!page.ok) return page;
    rows.push(...page.value.rows);
    total ??= page.value.total;
    cursor = page.value.nextCursor;
  } while (cursor !== null && rows.length < MOST_KEYS);
  return done({ rows, total, nextCursor: cursor, isPartial: cursor !== null });
}

/** Reads the rotations that stopped. */
export async function readStoppedRotations(
  { context }: Pick<Console, "context">,
  to: ConsoleVisit,
): Promise<Outcome<readonly NextRotation[]>> {
  const answer = await ask(context, to, listRotationsRoute, { query: { limit: MOST_ROTATIONS } });
  if (!answer.ok) return answer;
  const { rotations } = answer.value.body as { readonly rotations: readonly RotationRecord[] };
  return done(signsOfRotations(rotations));
}

const MOST_ROTATIONS = 1000;
const WEEK_MS = 7 * 86_400_000;

/** What was noticed about keys within a week. */
export async function readAlerts(context: ServerContext, judge: Judge): Promise<readonly NextAlert[]> {
  await context.measuring.freshen();
  const { events } = await context.storage.securityEvents.list({ limit: 100, before: null });
  const sinceMs = context.storage.now() - WEEK_MS;
  return events.flatMap(({ keyId, lastAtMs, code, evidence }) =>
    keyId === null || lastAtMs < sinceMs
      ? []
      : [{ keyId, atMs: lastAtMs, text: judge.show(`${code.replaceAll("-", " ")}: ${evidence}`) }],
  );
}
