import { sql } from "kysely";
import type { ExposureStore, NewExposure } from "./exposure-store.ts";
import { StorageError } from "../storage-error.ts";
import { unknownEnvironment, withOccurrences } from "./exposure-rows.ts";
import type { Session } from "../sql/session.ts";

export function recordExposure(
  session: Session,
  newExposure: NewExposure,
): ReturnType<ExposureStore["record"]> {
  return session.mutate(async (transaction) => {
    const { db } = transaction;
    const { row, isNew } = await upsert(transaction, newExposure);
    let newOccurrences = 0;
    for (const occurrence of newExposure.occurrences) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("occurrences")
        .values({
          exposure_id: row.id,
          commit_id: occurrence.commit,
          path: transaction.guard.maskText(occurrence.path),
          line_number: occurrence.line,
          column_number: occurrence.column,
          seen_at_ms: row.last_seen_at_ms,
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      newOccurrences += Number(numInsertedOrUpdatedRows ?? 0n);
    }
    const [exposure] = await withOccurrences(transaction, [row]);
    if (exposure === undefined)
      throw new StorageError("STORAGE_FAILED", "an exposure vanished while it was recorded");
    return { exposure, isNew, newOccurrences };
  });
}

async function upsert(session: Session, newExposure: NewExposure) {
  const { db, guard } = session;
  const { host, repositoryId } = newExposure.repository;
  const nowMs = session.now();
  const environment = newExposure.environment ?? unknownEnvironment;
  const inserted = await db
    .insertInto("exposures")
    .values({
      host,
      repository_id: repositoryId,
      fingerprint: newExposure.fingerprint,
      provider: newExposure.provider,
      kind: newExposure.kind,
      environment,
      label: newExposure.label,
      redacted: guard.checkText(newExposure.redacted, "an exposure's redacted form"),
      candidates: JSON.stringify(newExposure.candidates),
      confidence: newExposure.confidence,
      first_seen_at_ms: nowMs,
      last_seen_at_ms: nowMs,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (inserted !== undefined) return { row: inserted, isNew: true };
  const row = await db
    .updateTable("exposures")
    .set({
      last_seen_at_ms: nowMs,
      // What is known stays known.
      environment: sql`case when environment = ${unknownEnvironment} then ${environment} else environment end`,
    })
    .where("host", "=", host)
    .where("repository_id", "=", repositoryId)
    .where("fingerprint", "=", newExposure.fingerprint)
    .returningAll()
    .executeTakeFirstOrThrow();
  return { row, isNew: false };
}
