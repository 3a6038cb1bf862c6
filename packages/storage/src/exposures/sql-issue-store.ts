import type { Session } from "../sql/session.ts";
import type { ExposureIssueTable } from "./issue-table.ts";
import type { ExposureIssue, IssueStore } from "./issue-store.ts";

export function makeIssueStore(session: Session): IssueStore {
  const change = ({ db }: Session, exposureId: number) =>
    db.updateTable("exposure_issues").where("exposure_id", "=", exposureId);
  return {
    touch: (exposureId) =>
      session.mutate(async ({ db }) => {
        await db
          .insertInto("exposure_issues")
          .values({ exposure_id: exposureId, version: 1, told_version: 0 })
          .onConflict((conflict) =>
            conflict
              .column("exposure_id")
              .doUpdateSet((row) => ({ version: row("exposure_issues.version", "+", 1) })),
          )
          .execute();
      }),
    async get(exposureId) {
      const row = await session.db
        .selectFrom("exposure_issues")
        .selectAll()
        .where("exposure_id", "=", exposureId)
        .executeTakeFirst();
      return row === undefined ? null : issueFromRow(row);
    },
    intend: (exposureId, { repositoryId }) =>
      session.mutate(async (transaction) => {
        await change(transaction, exposureId)
          .set({
            repository_id: repositoryId,
            intended_at_ms: transaction.now(),
          })
          .execute();
      }),
    setNumber: (exposureId, number) =>
      session.mutate(async (transaction) => {
        await change(transaction, exposureId).set({ number }).execute();
      }),
    finish: (exposureId, version) =>
      session.mutate(async (transaction) => {
        const { numUpdatedRows } = await change(transaction, exposureId)
          .set({ told_version: version })
          .where("version", "=", version)
          .executeTakeFirst();
        return numUpdatedRows === 1n;
      }),
  };
}

function issueFromRow(row: ExposureIssueTable): ExposureIssue {
  const { repository_id: repositoryId, intended_at_ms: intendedAtMs } = row;
  return {
    exposureId: row.exposure_id,
    version: row.version,
    toldVersion: row.told_version,
    target: repositoryId === null || intendedAtMs === null ? null : { repositoryId, intendedAtMs },
    number: row.number,
  };
}
