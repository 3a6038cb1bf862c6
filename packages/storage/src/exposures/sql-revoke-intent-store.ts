import type { RevokeIntent, RevokeIntentStore } from "./revoke-intent-store.ts";
import { appendAudit } from "../audit/append-audit.ts";
import { errorCodeOf } from "../sql/error-code.ts";
import type { Session } from "../sql/session.ts";
import type { RevokeIntentTable } from "../sql/tables.ts";

export function makeRevokeIntentStore(session: Session): RevokeIntentStore {
  return {
    open: ({ provider, keyId }, audit) =>
      session.mutate(async (transaction) => {
        const nowMs = transaction.now();
        const opened = await transaction.db
          .insertInto("revoke_intents")
          .values({
            provider,
            key_id: transaction.guard.checkText(keyId, "a revoke intent's key id"),
            state: "intended",
            intended_at_ms: nowMs,
            finished_at_ms: null,
            error_code: null,
          })
          .onConflict((conflict) =>
            conflict
              .columns(["provider", "key_id"])
              .doUpdateSet({
                state: "intended",
                intended_at_ms: nowMs,
                finished_at_ms: null,
                error_code: null,
              })
              .where("revoke_intents.state", "=", "failed"),
          )
          .returningAll()
          .executeTakeFirst();
        if (opened !== undefined) await appendAudit(transaction, { provider, subject: keyId, ...audit });
        const row = opened ?? (await selectIntent(transaction, provider, keyId).executeTakeFirstOrThrow());
        return { opened: opened !== undefined, intent: intentFromRow(row) };
      }),
    finish: ({ provider, keyId }, result, audit) =>
      session.mutate(async (transaction) => {
        const errorCode = result.state === "failed" ? errorCodeOf(transaction, result.errorCode) : null;
        const { numUpdatedRows } = await transaction.db
          .updateTable("revoke_intents")
          .set({ state: result.state, finished_at_ms: transaction.now(), error_code: errorCode })
          .where("provider", "=", provider)
          .where("key_id", "=", keyId)
          .where("state", "=", "intended")
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        await appendAudit(
          transaction,
          { provider, subject: keyId, ...audit },
          { outcome: result.state, errorCode: errorCode ?? undefined },
        );
        return true;
      }),
    async get({ provider, keyId }) {
      const row = await selectIntent(session, provider, keyId).executeTakeFirst();
      return row === undefined ? null : intentFromRow(row);
    },
    async listUnfinished() {
      const rows = await session.db
        .selectFrom("revoke_intents")
        .selectAll()
        .where("state", "=", "intended")
        .orderBy("intended_at_ms")
        .orderBy("provider")
        .orderBy("key_id")
        .execute();
      return rows.map(intentFromRow);
    },
    async countRevocationsSince(sinceMs) {
      const row = await session.db
        .selectFrom("revoke_intents")
        .select((intent) => intent.fn.countAll().as("count"))
        .where((intent) =>
          intent.or([
            intent("state", "=", "intended"),
            intent.and([intent("state", "=", "revoked"), intent("finished_at_ms", ">=", sinceMs)]),
          ]),
        )
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
    async countRevocationsOf(provider, sinceMs) {
      const of = session.db
        .selectFrom("revoke_intents")
        .select((intent) => intent.fn.countAll().as("count"))
        .where("provider", "=", provider);
      const ended = of.where("state", "=", "revoked").where("finished_at_ms", ">=", sinceMs);
      const underWay = of.where("state", "=", "intended");
      return {
        ended: Number((await ended.executeTakeFirstOrThrow()).count),
        underWay: Number((await underWay.executeTakeFirstOrThrow()).count),
      };
    },
  };
}

function selectIntent({ db }: Session, provider: string, keyId: string) {
  return db
    .selectFrom("revoke_intents")
    .selectAll()
    .where("provider", "=", provider)
    .where("key_id", "=", keyId);
}

function intentFromRow(row: RevokeIntentTable): RevokeIntent {
  return {
    provider: row.provider,
    keyId: row.key_id,
    state: row.state,
    intendedAtMs: row.intended_at_ms,
    finishedAtMs: row.finished_at_ms,
    errorCode: row.error_code,
  };
}
