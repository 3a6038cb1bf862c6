import { randomBytes } from "node:crypto";
import {
  columns,
  describeCalls,
  describeExposures,
  isLiveRow,
  type KeyRow,
  type Tone,
} from "@keywarden/inventory";
import { keyEtag, type ManagedKey, type UsageReport } from "@keywarden/management";
import { ask } from "../../../auth/ask.ts";
import { showKeyRoute } from "../../../operator/show-key.ts";
import { showKeyUsageRoute } from "../../../operator/show-key-usage.ts";
import { done, refuse, type Outcome } from "../../../refusal.ts";
import type { Console, ConsoleVisit } from "../../console.ts";
import type { Html } from "../../markup/html.ts";
import { table } from "../../markup/table.ts";
import { keyLink } from "../key-link.ts";
import { findMatching } from "../find-matching.ts";
import { findReplaced, makeRow } from "../make-rows.ts";
import { MOST_MARKED } from "./several-acts.ts";

const DAY_MS = 86_400_000;

/** A key that was marked, as it is now. */
export interface MarkedKey {
  readonly row: KeyRow;
  readonly seen: string;
  /** Under which its rotation would be known. */
  readonly rotation: string;
}

/** What is planned for one of several keys, or why nothing is. */
export interface PlanOfOne {
  readonly says: string;
  readonly tone: Tone;
  readonly isRefused: boolean;
}

/**
 * Finds what a list's form asks for: the ids of the keys that were marked one by one, and of all that pass the query of
 * `every`. Where a query reaches further than a page looks, it is refused: not all of them would be found.
 */
export async function findAsked(
  tools: Console,
  to: ConsoleVisit,
  query: URLSearchParams,
): Promise<Outcome<readonly string[]>> {
  const ids = query.getAll("key");
  const every = query.get("every");
  if (every === null) return done(ids);
  const provider = query.get("provider") ?? undefined;
  const found = await findMatching(tools, to, { query: every, provider });
  if (!found.ok) return found;
  if (found.value.isPartial)
    return refuse(
      "BAD_REQUEST",
      "more keys can match than a page looks at: narrow the query to mark all of them",
    );
  return done([...ids, ...found.value.rows.filter(isLiveRow).map(({ id }) => id)]);
}

/** Finds the marked keys that still work; keys that have ended are left out, as nothing can be done to them. */
export async function findMarked(
  { context, judge }: Console,
  to: ConsoleVisit,
  ids: readonly string[],
): Promise<Outcome<readonly MarkedKey[]>> {
  const wanted = [...new Set(ids)];
  if (wanted.length > MOST_MARKED)
    return refuse("BAD_REQUEST", `${wanted.length} keys are marked, and ${MOST_MARKED} are the most at once`);
  const keys: ManagedKey[] = [];
  for (const id of wanted) {
    const found = await ask(context, to, showKeyRoute, { params: { id } });
    if (!found.ok) return found;
    keys.push(found.value.body as ManagedKey);
  }
  const replaced = await findReplaced(context, keys);
  const rows = keys.map((key) => makeRow(key, replaced, judge, to.nowMs)).filter(isLiveRow);
  if (rows.length === 0) return refuse("BAD_REQUEST", "no key that works is marked");
  return done(
    rows.map((row) => ({
      row,
      seen: keyEtag(row.told.generation, row.told.revision),
      rotation: randomBytes(4).toString("hex"),
    })),
  );
}

/** Lists marked keys with what decides whether they are changed, and what is planned for each. */
export async function describeMarked(
  tools: Console,
  to: ConsoleVisit,
  keys: readonly MarkedKey[],
  plans: ReadonlyMap<string, PlanOfOne> | null,
): Promise<Html> {
  const { context, judge } = tools;
  const { found } = await tools.lookForExposures();
  const from = new Date(to.nowMs - DAY_MS + 1).toISOString();
  const rows = [];
  for (const { row } of keys) {
    const usage = await ask(context, to, showKeyUsageRoute, {
      params: { id: row.id },
      query: { from, bucket: "hour" },
    });
    const exposure = describeExposures(row.id, found);
    const plan = plans?.get(row.id);
    rows.push([
      { body: keyLink(row) },
      ...(plans === null
        ? []
        : [{ body: judge.show(plan?.says ?? "not planned"), tone: plan?.tone ?? ("danger" as const) }]),
      { body: columns.environment.text(row, to.nowMs), tone: columns.environment.tone(row) },
      { body: row.provider },
      {
        body: usage.ok
          ? describeCalls(usage.value.body as UsageReport, to.nowMs)
          : judge.show(usage.refusal.message),
      },
      { body: columns["last-used"].text(row, to.nowMs) },
      { body: row.owner ?? "nobody" },
      { body: judge.show(exposure.text), tone: exposure.tone },
    ]);
  }
  const titles = [
    "Key",
    // What becomes of it stays in sight where the table is wider than the screen.
    ...(plans === null ? [] : ["Plan"]),
    "Env",
    "Provider",
    "24 hours",
    "Last used",
    "Owner",
    "Exposure",
  ];
  return table(
    "The marked keys",
    titles.map((title) => ({
      title,
      isLong: ["Plan", "24 hours", "Exposure"].includes(title),
      isName: title === "Owner",
    })),
    rows,
  );
}
