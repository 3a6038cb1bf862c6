import type { JsonObject } from "../json/json.ts";
import { canonicalJson } from "../json/canonical-json.ts";
import type { Session } from "../sql/session.ts";
import type { CommitReportTable } from "../sql/tables.ts";
import type { CommitReport, CommitReportStore } from "./commit-report-store.ts";
import type { RepositoryId } from "./exposure-store.ts";

export function makeCommitReportStore(session: Session): CommitReportStore {
  const find = ({ db }: Session, { host, repositoryId }: RepositoryId) =>
    db
      .selectFrom("commit_reports")
      .selectAll()
      .where("host", "=", host)
      .where("repository_id", "=", repositoryId);
  const change = ({ db }: Session, { host, repositoryId }: RepositoryId, commit: string) =>
    db
      .updateTable("commit_reports")
      .where("host", "=", host)
      .where("repository_id", "=", repositoryId)
      .where("commit_id", "=", commit);
  const get = async (within: Session, repository: RepositoryId, commit: string) => {
    const row = await find(within, repository).where("commit_id", "=", commit).executeTakeFirst();
    return row === undefined ? null : reportFromRow(row);
  };
  return {
    want: ({ host, repositoryId }, commit, receivedAtMs) =>
      session.mutate(async ({ db }) => {
        const { numInsertedOrUpdatedRows } = await db
          .insertInto("commit_reports")
          .values({
            host,
            repository_id: repositoryId,
            commit_id: commit,
            version: 1,
            published_version: 0,
            received_at_ms: receivedAtMs,
            also: "[]",
            run: 1,
          })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst();
        return numInsertedOrUpdatedRows === 1n;
      }),
    record: (repository, commit, { account, givenUp, also }) =>
      session.mutate(async (transaction) => {
        const { guard } = transaction;
        await change(transaction, repository, commit)
          .set((row) => ({
            version: row("version", "+", 1),
            ...(account === undefined
              ? {}
              : { account: canonicalJson(guard.maskJson({ ...account })), given_up: null }),
            ...(givenUp === undefined ? {} : { given_up: givenUp }),
          }))
          .execute();
        if (also === undefined || also.length === 0) return;
        const known = (await get(transaction, repository, commit))?.also ?? [];
        const all = [...new Set([...known, ...also])].toSorted();
        await change(transaction, repository, commit)
          .set({ also: JSON.stringify(all) })
          .execute();
      }),
    touch: (repository, commits) =>
      session.mutate(async (transaction) => {
        const touched: string[] = [];
        // In one order everywhere, so that two that touch the same reports never wait for each other.
        for (const commit of [...new Set(commits)].toSorted()) {
          const { numUpdatedRows } = await change(transaction, repository, commit)
            .set((row) => ({ version: row("version", "+", 1) }))
            .executeTakeFirst();
          if (numUpdatedRows === 1n) touched.push(commit);
        }
        return touched;
      }),
    get: (repository, commit) => get(session, repository, commit),
    async list(repository) {
      const rows = await find(session, repository).orderBy("commit_id").execute();
      return rows.map(reportFromRow);
    },
    startRun: (repository, commit, { run, annotations }) =>
      session.mutate(async (transaction) => {
        await change(transaction, repository, commit).set({ run, annotations }).execute();
      }),
    finish: (repository, commit, version) =>
      session.mutate(async (transaction) => {
        const { numUpdatedRows } = await change(transaction, repository, commit)
          .set({ published_version: version })
          .where("version", "=", version)
          .executeTakeFirst();
        return numUpdatedRows === 1n;
      }),
  };
}

function reportFromRow(row: CommitReportTable): CommitReport {
  return {
    commit: row.commit_id,
    version: row.version,
    publishedVersion: row.published_version,
    receivedAtMs: row.received_at_ms,
    account: row.account === null ? null : (JSON.parse(row.account) as JsonObject),
    givenUp: row.given_up,
    also: JSON.parse(row.also) as readonly string[],
    run: row.run,
    annotations: row.annotations,
  };
}
