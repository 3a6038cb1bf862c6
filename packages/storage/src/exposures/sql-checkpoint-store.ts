import { sql } from "kysely";
import type { CheckpointStore } from "./checkpoint-store.ts";
import type { Session } from "../sql/session.ts";

export function makeCheckpointStore(session: Session): CheckpointStore {
  return {
    async get(externalId) {
      const row = await session.db
        .selectFrom("checkpoints")
        .selectAll()
        .where("external_id", "=", externalId)
        .executeTakeFirst();
      if (row === undefined) return null;
      return {
        externalId,
        checkRunId: row.check_run_id,
        batchesSent: row.batches_sent,
        sendingSinceMs: row.sending_since_ms,
      };
    },
    save: ({ externalId, checkRunId, batchesSent, sendingSinceMs }) =>
      session.mutate(async ({ db }) => {
        await db
          .insertInto("checkpoints")
          .values({
            external_id: externalId,
            check_run_id: checkRunId,
            batches_sent: batchesSent,
            sending_since_ms: sendingSinceMs,
          })
          .onConflict((conflict) =>
            conflict.column("external_id").doUpdateSet({
              check_run_id: sql`coalesce(excluded.check_run_id, checkpoints.check_run_id)`,
              batches_sent: sql`case when excluded.batches_sent > checkpoints.batches_sent
                then excluded.batches_sent else checkpoints.batches_sent end`,
              sending_since_ms: sendingSinceMs,
            }),
          )
          .execute();
      }),
  };
}
