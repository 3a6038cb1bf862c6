import { makeKeyRow, type Judge, type KeyRow, type NextAlert } from "@keywarden/inventory";
import type { ManagedKey } from "@keywarden/management";
import type { Caller } from "../auth/principal.ts";
import { readPage } from "../http/page.ts";
import type { Outcome } from "../refusal.ts";
import { done } from "../refusal.ts";
import { viewKey } from "../keys/view-key.ts";
import { checkRole } from "../auth/right.ts";
import type { ServerContext } from "../server-context.ts";

/** Keys that a page looks at; of a larger inventory it says so, and a program has the API. */
export const MOST_KEYS = 5000;

/** What a page has read: the rows, and whether there are more than it looked at. */
export interface Read {
  readonly rows: readonly KeyRow[];
  readonly isPartial: boolean;
}

/** Reads the keys that a page judges, oldest first, for whoever may list them. */
export async function readInventory(
  context: ServerContext,
  caller: Caller,
  judge: Judge,
  provider: string | undefined,
): Promise<Outcome<Read>> {
  const { principal } = caller;
  if (principal.type === "token") {
    const allowed = checkRole(principal.role, "list");
    if (!allowed.ok) return allowed;
  }
  const query = { limit: MOST_KEYS, ...(provider !== undefined && { provider }) };
  const page = await readPage<ManagedKey>(context, query, (keys) => keys.map(viewKey));
  if (!page.ok) return page;
  const nowMs = context.storage.now();
  const rows = page.value.items.map((key) => makeKeyRow(key, judge, nowMs));
  return done({ rows, isPartial: page.value.nextCursor !== null });
}

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
