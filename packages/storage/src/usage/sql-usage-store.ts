import { type CompiledQuery, type Kysely, sql } from "kysely";
import {
  ALLOWED,
  usageKeptMs,
  usageWidthsMs,
  type UsageCount,
  type UsageScope,
  type UsageShare,
  type UsageStore,
} from "./usage-store.ts";
import { inBatches } from "../sql/in-batches.ts";
import type { Session } from "../sql/session.ts";
import type { Tables, UsageCountTable } from "../sql/tables.ts";

const STRANGERS = "";
const bucketColumns = ["width_ms", "start_ms", "key_id", "outcome", "country", "feature"] as const;

export function makeUsageStore(session: Session): UsageStore {
  const { db } = session;
  const additions = new Map<number, CompiledQuery>();
  const additionOf = (rows: readonly UsageCountTable[]): CompiledQuery => {
    const made = additions.get(rows.length) ?? compileAddition(db, rows);
    additions.set(rows.length, made);
    return { ...made, parameters: rows.flatMap((row) => Object.values(row)) };
  };
  return {
    async add(counts) {
      if (counts.length === 0) return;
      const rows = rowsOf(session, counts);
      await session.mutate(async (transaction) => {
        for (const batch of inBatches(rows)) await transaction.db.executeQuery(additionOf(batch));
      }, "soon");
    },
    async read({ scope, fromMs, toMs, width }) {
      const rows = await readCounts(db, scope, { fromMs, toMs });
      const widthMs = usageWidthsMs[width];
      const buckets = sharesBy(rows, ({ start_ms }) => start_ms - (start_ms % widthMs));
      return {
        buckets: [...buckets]
          .toSorted(([left], [right]) => left - right)
          .map(([startMs, share]) => ({ startMs, ...share })),
        outcomes: mostFirst(sharesBy(rows, ({ outcome }) => outcome)),
        countries: mostFirst(sharesBy(rows, ({ country }) => country)),
        features: mostFirst(sharesBy(rows, ({ feature }) => feature)),
      };
    },
    async total(keyId, fromMs, toMs) {
      const rows = await readCounts(db, { keyId }, { fromMs, toMs });
      return sharesBy(rows, () => "").get("") ?? { requests: 0, denied: 0 };
    },
    async countriesOf(keyId) {
      const rows = await readCounts(db, { keyId }, { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER });
      const allowed = rows.filter(({ outcome }) => outcome === ALLOWED);
      return mostFirst(sharesBy(allowed, ({ country }) => country));
    },
    rollUp: () => session.mutate(rollUpOldest, "soon"),
    async countedSinceMs() {
      const row = await db
        .selectFrom("schema_migrations")
        .select("applied_at_ms")
        .where("name", "=", "usage and monitoring")
        .executeTakeFirstOrThrow();
      return row.applied_at_ms;
    },
  };
}

type Row = Pick<UsageCountTable, "start_ms" | "outcome" | "country" | "feature" | "requests">;
type Sum = Pick<UsageShare, "requests" | "denied">;

function sharesBy<Name>(rows: readonly Row[], nameOf: (row: Row) => Name): Map<Name, Sum> {
  const sums = new Map<Name, { requests: number; denied: number }>();
  for (const row of rows) {
    const name = nameOf(row);
    const sum = sums.get(name) ?? { requests: 0, denied: 0 };
    sum.requests += row.requests;
    if (row.outcome !== ALLOWED) sum.denied += row.requests;
    sums.set(name, sum);
  }
  return sums;
}

function mostFirst(sums: ReadonlyMap<string, Sum>): readonly UsageShare[] {
  return [...sums]
    .map(([name, sum]) => ({ name, ...sum }))
    .toSorted((left, right) => right.requests - left.requests || (left.name < right.name ? -1 : 1));
}

async function readCounts(
  db: Kysely<Tables>,
  scope: UsageScope,
  within: { readonly fromMs: number; readonly toMs: number },
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const widthMs of Object.values(usageWidthsMs)) {
    const edges = await db
      .selectFrom("usage_counts")
      .select((row) => [
        row.fn.min<number | null>("start_ms").as("first"),
        row.fn.max<number | null>("start_ms").as("last"),
      ])
      .where("width_ms", "=", widthMs)
      .executeTakeFirstOrThrow();
    const firstMs = Math.max(edges.first ?? Infinity, Math.ceil(within.fromMs / widthMs) * widthMs);
    const endMs = Math.min((edges.last ?? -1) + 1, within.toMs);
    if (firstMs >= endMs) continue;
    const found = await inScope(db, scope)
      .select(["start_ms", "outcome", "country", "feature"])
      .select(sql<number | string>`sum(requests)`.as("sum"))
      .where("width_ms", "=", widthMs)
      .where((row) =>
        endMs - firstMs > mostSpans * widthMs
          ? row.and([row("start_ms", ">=", firstMs), row("start_ms", "<", endMs)])
          : row("start_ms", "in", spansOf(firstMs, endMs, widthMs)),
      )
      .groupBy(["start_ms", "outcome", "country", "feature"])
      .execute();
    // PostgreSQL sums bigints to a numeric, which comes as text.
    rows.push(...found.map(({ sum, ...row }) => ({ ...row, requests: Number(sum) })));
  }
  return rows;
}

const mostSpans = 2000;

function spansOf(firstMs: number, endMs: number, widthMs: number): readonly number[] {
  return Array.from(
    { length: Math.ceil((endMs - firstMs) / widthMs) },
    (_, index) => firstMs + index * widthMs,
  );
}

function inScope(db: Kysely<Tables>, scope: UsageScope) {
  const counts = db.selectFrom("usage_counts");
  if ("keyId" in scope) return counts.where("key_id", "=", scope.keyId ?? STRANGERS);
  const { provider, tenant, environment } = scope;
  if (provider === undefined && tenant === undefined && environment === undefined)
    return counts.where("key_id", "!=", STRANGERS);
  let keys = db.selectFrom("keys").select("id");
  if (provider !== undefined) keys = keys.where("provider", "=", provider);
  if (environment !== undefined) keys = keys.where("environment", "=", environment);
  if (tenant !== undefined) return counts.where("key_id", "in", keys.where("tenant", "=", tenant));
  // A tenant's few keys are looked for one by one; of the many of a provider the rows are read and then compared.
  return counts.where(sql`key_id || ''`, "in", keys);
}

// In the order of the primary key, with each row once: a statement cannot change a row twice.
function rowsOf({ guard }: Session, counts: readonly UsageCount[]): readonly UsageCountTable[] {
  const rows = new Map<string, UsageCountTable>();
  for (const { keyId, startMs, outcome, country, feature, requests: more } of counts) {
    const row: UsageCountTable = {
      key_id: keyId ?? STRANGERS,
      width_ms: usageWidthsMs.minute,
      start_ms: startMs - (startMs % usageWidthsMs.minute),
      outcome,
      country,
      feature: guard.maskText(feature),
      requests: more,
    };
    const id = bucketColumns.map((column) => row[column]).join("\0");
    const known = rows.get(id);
    if (known === undefined) rows.set(id, row);
    else known.requests += more;
  }
  return [...rows].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row);
}

function compileAddition(db: Kysely<Tables>, rows: readonly UsageCountTable[]): CompiledQuery {
  return db
    .insertInto("usage_counts")
    .values([...rows])
    .onConflict((conflict) =>
      conflict
        .columns([...bucketColumns])
        .doUpdateSet({ requests: sql`usage_counts.requests + excluded.requests` }),
    )
    .compile();
}

async function rollUpOldest(transaction: Session): Promise<boolean> {
  const { db } = transaction;
  for (const [width, wider] of [
    ["minute", "hour"],
    ["hour", "day"],
    ["day", null],
  ] as const) {
    const widthMs = usageWidthsMs[width];
    const oldest = await db
      .selectFrom("usage_counts")
      .select((row) => row.fn.min<number | null>("start_ms").as("at"))
      .where("width_ms", "=", widthMs)
      .executeTakeFirstOrThrow();
    const keptFromMs = transaction.now() - usageKeptMs[width];
    if (oldest.at === null || oldest.at + widthMs > keptFromMs) continue;
    if (wider !== null) await widen(db, { widthMs, startMs: oldest.at, widerMs: usageWidthsMs[wider] });
    await db
      .deleteFrom("usage_counts")
      .where("width_ms", "=", widthMs)
      .where("start_ms", "=", oldest.at)
      .execute();
    return true;
  }
  return false;
}

async function widen(
  db: Kysely<Tables>,
  { widthMs, startMs, widerMs }: { widthMs: number; startMs: number; widerMs: number },
): Promise<void> {
  await db
    .insertInto("usage_counts")
    .columns([...bucketColumns, "requests"])
    .expression((source) =>
      source
        .selectFrom("usage_counts")
        .select([
          sql<number>`${sql.lit(widerMs)}`.as("width_ms"),
          sql<number>`${sql.lit(startMs - (startMs % widerMs))}`.as("start_ms"),
          "key_id",
          "outcome",
          "country",
          "feature",
          "requests",
        ])
        .where("width_ms", "=", widthMs)
        .where("start_ms", "=", startMs),
    )
    .onConflict((conflict) =>
      conflict
        .columns([...bucketColumns])
        .doUpdateSet({ requests: sql`usage_counts.requests + excluded.requests` }),
    )
    .execute();
}
