import { sql, type Kysely } from "kysely";
import {
  ALLOWED,
  usageKeptMs,
  usageWidthsMs,
  type UsageCount,
  type UsageScope,
  type UsageShare,
  type UsageStore,
} from "../usage-store.ts";
import { rowsPerStatement } from "./make-inserter.ts";
import type { Session } from "./session.ts";
import type { Tables, UsageCountTable } from "./tables.ts";

const STRANGERS = "";
const tally = ["key_id", "width_ms", "start_ms", "outcome", "country", "feature"] as const;

export function makeUsageStore(session: Session): UsageStore {
  const { db } = session;
  return {
    async add(counts) {
      if (counts.length === 0) return;
      const rows = rowsOf(session, counts);
      await session.mutate(async (transaction) => {
        for (let at = 0; at < rows.length; at += rowsPerStatement)
          await addRows(transaction.db, rows.slice(at, at + rowsPerStatement));
      });
    },
    async read({ scope, fromMs, toMs, width }) {
      const chosen = () => inScope(db, scope).where("start_ms", ">=", fromMs).where("start_ms", "<", toMs);
      const start = sql<number>`start_ms - start_ms % ${sql.lit(usageWidthsMs[width])}`;
      const buckets = await chosen()
        .select([start.as("bucket_ms"), requests.as("requests"), denied.as("denied")])
        .groupBy("bucket_ms")
        .orderBy("bucket_ms")
        .execute();
      const sharesBy = async (column: "outcome" | "country" | "feature") =>
        shares(
          await chosen()
            .select([`${column} as name`, requests.as("requests"), denied.as("denied")])
            .groupBy(column)
            .execute(),
        );
      return {
        buckets: buckets.map((row) => ({
          startMs: row.bucket_ms,
          requests: Number(row.requests),
          denied: Number(row.denied),
        })),
        outcomes: await sharesBy("outcome"),
        countries: await sharesBy("country"),
        features: await sharesBy("feature"),
      };
    },
    async total(keyId, fromMs) {
      const row = await inScope(db, { keyId })
        .where("start_ms", ">=", fromMs)
        .select([requests.as("requests"), denied.as("denied")])
        .executeTakeFirstOrThrow();
      return { requests: Number(row.requests), denied: Number(row.denied) };
    },
    async countriesOf(keyId) {
      const rows = await inScope(db, { keyId })
        .where("outcome", "=", ALLOWED)
        .select(["country as name", requests.as("requests"), denied.as("denied")])
        .groupBy("country")
        .execute();
      return shares(rows);
    },
    rollUp: () => session.mutate(rollUpOldest),
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

// PostgreSQL sums bigints to a numeric, which comes as text.
const requests = sql<number | string>`coalesce(sum(requests), 0)`;
const denied = sql<
  number | string
>`coalesce(sum(case when outcome = ${sql.lit(ALLOWED)} then 0 else requests end), 0)`;

function shares(
  rows: readonly Readonly<Record<"requests" | "denied", number | string> & { name: string }>[],
): readonly UsageShare[] {
  return rows
    .map((row) => ({ name: row.name, requests: Number(row.requests), denied: Number(row.denied) }))
    .toSorted((left, right) => right.requests - left.requests || (left.name < right.name ? -1 : 1));
}

function inScope(db: Kysely<Tables>, scope: UsageScope) {
  const counts = db.selectFrom("usage_counts");
  if ("keyId" in scope) return counts.where("key_id", "=", scope.keyId ?? STRANGERS);
  const { provider, tenant, environment } = scope;
  let keys = db.selectFrom("keys").select("id");
  if (provider !== undefined) keys = keys.where("provider", "=", provider);
  if (tenant !== undefined) keys = keys.where("tenant", "=", tenant);
  if (environment !== undefined) keys = keys.where("environment", "=", environment);
  return counts.where("key_id", "in", keys);
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
    const id = tally.map((column) => row[column]).join("\0");
    const known = rows.get(id);
    if (known === undefined) rows.set(id, row);
    else known.requests += more;
  }
  return [...rows].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row);
}

async function addRows(db: Kysely<Tables>, rows: readonly UsageCountTable[]): Promise<void> {
  await db
    .insertInto("usage_counts")
    .values([...rows])
    .onConflict((conflict) =>
      conflict.columns([...tally]).doUpdateSet({ requests: sql`usage_counts.requests + excluded.requests` }),
    )
    .execute();
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
    .columns([...tally, "requests"])
    .expression((source) =>
      source
        .selectFrom("usage_counts")
        .select([
          "key_id",
          sql<number>`${sql.lit(widerMs)}`.as("width_ms"),
          sql<number>`${sql.lit(startMs - (startMs % widerMs))}`.as("start_ms"),
          "outcome",
          "country",
          "feature",
          "requests",
        ])
        .where("width_ms", "=", widthMs)
        .where("start_ms", "=", startMs),
    )
    .onConflict((conflict) =>
      conflict.columns([...tally]).doUpdateSet({ requests: sql`usage_counts.requests + excluded.requests` }),
    )
    .execute();
}
