import { sql } from "kysely";
import { appendAudit } from "../audit/append-audit.ts";
import { limitOf } from "../sql/limit.ts";
import type { Session } from "../sql/session.ts";
import type { Decision, DecisionFacts, DecisionState, DecisionStore, Observed } from "./decision-store.ts";
import type { DecisionTable } from "./decision-table.ts";

const noDecisions: Readonly<Record<DecisionState, number>> = {
  waiting: 0,
  revoke: 0,
  revoked: 0,
  held: 0,
  "would-revoke": 0,
  reported: 0,
};

export function makeDecisionStore(session: Session): DecisionStore {
  const { db } = session;
  return {
    observe: (exposureId, { provenance, observed, receivedAtMs, least = [] }) =>
      session.mutate(async (transaction) => {
        await transaction.db
          .insertInto("decisions")
          .values({
            exposure_id: exposureId,
            state: "waiting",
            reason: "not-asked",
            decided_at_ms: transaction.now(),
            provenance,
            observed: JSON.stringify(transaction.guard.maskJson({ ...observed })),
            received_at_ms: receivedAtMs,
          })
          .onConflict((conflict) =>
            conflict.column("exposure_id").doUpdateSet({
              provenance: sql`case when decisions.provenance = 'came-after'
                then 'came-after' else excluded.provenance end`,
              observed: sql`case when excluded.received_at_ms < decisions.received_at_ms
                then excluded.observed else decisions.observed end`,
              received_at_ms: sql`case when excluded.received_at_ms < decisions.received_at_ms
                then excluded.received_at_ms else decisions.received_at_ms end`,
            }),
          )
          .execute();
        for (const { kind, environment, action } of least)
          await transaction.db
            .insertInto("least_actions")
            .values({ exposure_id: exposureId, kind, environment, action })
            .onConflict((conflict) =>
              conflict
                .columns(["exposure_id", "kind", "environment"])
                .doUpdateSet({ action })
                // The stricter one stays, whichever commit was looked at first.
                .where("least_actions.action", "=", "report"),
            )
            .execute();
      }),
    listLeast: (exposureId) =>
      db
        .selectFrom("least_actions")
        .select(["kind", "environment", "action"])
        .where("exposure_id", "=", exposureId)
        .orderBy("kind")
        .orderBy("environment")
        .execute(),
    setFacts: (exposureId, facts) =>
      session.mutate(async (transaction) => {
        const change = changeOf(transaction, facts);
        if (Object.keys(change).length === 0) return;
        await transaction.db
          .updateTable("decisions")
          .set(change)
          .where("exposure_id", "=", exposureId)
          .execute();
      }),
    settle: (exposureId, { state, reason }, audit) =>
      session.mutate(async (transaction) => {
        const { numUpdatedRows } = await transaction.db
          .updateTable("decisions")
          .set({ state, reason, decided_at_ms: transaction.now() })
          .where("exposure_id", "=", exposureId)
          .where((row) => row.or([row("state", "!=", state), row("reason", "!=", reason)]))
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        if (audit !== undefined) await appendAudit(transaction, audit);
        return true;
      }),
    async get(exposureId) {
      const row = await db
        .selectFrom("decisions")
        .selectAll()
        .where("exposure_id", "=", exposureId)
        .executeTakeFirst();
      return row === undefined ? null : decisionFromRow(row);
    },
    async list({ states, afterId = 0, limit } = {}) {
      let query = db.selectFrom("decisions").selectAll().where("exposure_id", ">", afterId);
      if (states !== undefined) query = query.where("state", "in", states);
      const rows = await query.orderBy("exposure_id").limit(limitOf(limit)).execute();
      return rows.map(decisionFromRow);
    },
    async listByKey({ provider, keyId }) {
      const rows = await db
        .selectFrom("decisions")
        .selectAll()
        .where("provider", "=", provider)
        .where("key_id", "=", keyId)
        .orderBy("exposure_id")
        .execute();
      return rows.map(decisionFromRow);
    },
    async counts() {
      const rows = await db
        .selectFrom("decisions")
        .select((decision) => ["state", decision.fn.countAll().as("count")])
        .groupBy("state")
        .execute();
      return {
        ...noDecisions,
        ...Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)])),
      };
    },
  };
}

function changeOf({ guard }: Session, facts: Partial<DecisionFacts>): Partial<DecisionTable> {
  const { ownership, provider, keyId, keyKind, keyEnvironment, provenance, hold, approval } = facts;
  return {
    ...(ownership === undefined ? {} : { ownership }),
    ...(provider === undefined ? {} : { provider }),
    ...(keyId === undefined
      ? {}
      : { key_id: keyId === null ? null : guard.checkText(keyId, "a decision's key id") }),
    ...(keyKind === undefined ? {} : { key_kind: keyKind }),
    ...(keyEnvironment === undefined ? {} : { key_environment: keyEnvironment }),
    ...(provenance === undefined ? {} : { provenance }),
    ...(hold === undefined ? {} : { hold }),
    ...(approval === undefined
      ? {}
      : {
          approval: approval?.verdict ?? null,
          approval_by: approval === null ? null : guard.maskText(approval.by),
          approval_at_ms: approval?.atMs ?? null,
        }),
  };
}

function decisionFromRow(row: DecisionTable): Decision {
  const { source, delivery, pusher, head } = JSON.parse(row.observed) as Partial<Observed>;
  return {
    exposureId: row.exposure_id,
    state: row.state,
    reason: row.reason,
    decidedAtMs: row.decided_at_ms,
    ownership: row.ownership,
    provider: row.provider,
    keyId: row.key_id,
    keyKind: row.key_kind,
    keyEnvironment: row.key_environment,
    provenance: row.provenance,
    hold: row.hold,
    approval:
      row.approval === null
        ? null
        : { verdict: row.approval, by: row.approval_by ?? "", atMs: row.approval_at_ms ?? 0 },
    observed: {
      source: source ?? "push",
      delivery: delivery ?? null,
      pusher: pusher ?? null,
      head: head ?? null,
    },
    receivedAtMs: row.received_at_ms,
  };
}
