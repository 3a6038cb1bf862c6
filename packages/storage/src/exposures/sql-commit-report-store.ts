import type { JsonObject } from "../json/json.ts";
import { canonicalJson } from "../json/canonical-json.ts";
import { inBatches } from "../sql/in-batches.ts";
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
    if (row === undefined) return null;
    return reportFromRow(row, await listAlso(within, repository, commit));
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
            run: 1,
          })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst();
        return numInsertedOrUpdatedRows === 1n;
      }),
    record: (repository, commit, { account, givenUp }) =>
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
      }),
    show: ({ host, repositoryId }, { head, commits, pushedAtMs }) =>
      session.mutate(async ({ db }) => {
        const changed: string[] = [];
        for (const earlier_id of commits.toSorted()) {
          const shown = { host, repository_id: repositoryId, earlier_id };
          const first = await db
            .selectFrom("earlier_commits")
            .select((row) => row.fn.min<number | null>("pushed_at_ms").as("at_ms"))
            .where("host", "=", host)
            .where("repository_id", "=", repositoryId)
            .where("earlier_id", "=", earlier_id)
            .executeTakeFirst();
          // Every branch that is made on top of it shows it again, which says nothing.
          if (first?.at_ms !== null && first?.at_ms !== undefined && first.at_ms < pushedAtMs) continue;
          const { numInsertedOrUpdatedRows } = await db
            .insertInto("earlier_commits")
            .values({ ...shown, commit_id: head, pushed_at_ms: pushedAtMs })
            .onConflict((conflict) =>
              conflict
                .columns(["host", "repository_id", "earlier_id", "commit_id"])
                .doUpdateSet({ pushed_at_ms: pushedAtMs })
                .where("earlier_commits.pushed_at_ms", ">", pushedAtMs),
            )
            .executeTakeFirst();
          if ((numInsertedOrUpdatedRows ?? 0n) > 0n) changed.push(earlier_id);
        }
        return changed;
      }),
    touch: (repository, commits) =>
      session.mutate(async (transaction) => {
        const touched: string[] = [];
        // In one order everywhere, so that two that touch the same reports never wait for each other.
        const later = await listLater(transaction, repository, commits);
        for (const commit of [...new Set([...commits, ...later])].toSorted()) {
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
      return Promise.all(
        rows.map(async (row) => reportFromRow(row, await listAlso(session, repository, row.commit_id))),
      );
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

/** Each may hold what a check fails for, so all of a push that anybody would review are given. */
const mostAlso = 2_000;

// Of all pushes that show a commit, those count that were the first: usually one.
async function listAlso(
  { db }: Session,
  { host, repositoryId }: RepositoryId,
  commit: string,
): Promise<Pick<CommitReport, "also" | "hasMoreAlso">> {
  const rows = await db
    .selectFrom("earlier_commits as shown")
    .select("shown.earlier_id")
    .where("shown.host", "=", host)
    .where("shown.repository_id", "=", repositoryId)
    .where("shown.commit_id", "=", commit)
    .where("shown.earlier_id", "!=", commit)
    .where("shown.pushed_at_ms", "<=", (before) =>
      before
        .selectFrom("earlier_commits as other")
        .select((row) => row.fn.min<number>("other.pushed_at_ms").as("first"))
        .where("other.host", "=", host)
        .where("other.repository_id", "=", repositoryId)
        .whereRef("other.earlier_id", "=", "shown.earlier_id"),
    )
    .orderBy("shown.earlier_id")
    .limit(mostAlso + 1)
    .execute();
  return {
    also: rows.slice(0, mostAlso).map(({ earlier_id: id }) => id),
    hasMoreAlso: rows.length > mostAlso,
  };
}

/** Commits whose reports mention these. */
async function listLater(
  { db }: Session,
  { host, repositoryId }: RepositoryId,
  commits: readonly string[],
): Promise<readonly string[]> {
  const later: string[] = [];
  for (const batch of inBatches(commits)) {
    const rows = await db
      .selectFrom("earlier_commits")
      .select("commit_id")
      .where("host", "=", host)
      .where("repository_id", "=", repositoryId)
      .where("earlier_id", "in", batch)
      .execute();
    later.push(...rows.map(({ commit_id: id }) => id));
  }
  return later;
}

function reportFromRow(
  row: CommitReportTable,
  shown: Pick<CommitReport, "also" | "hasMoreAlso">,
): CommitReport {
  return {
    commit: row.commit_id,
    version: row.version,
    publishedVersion: row.published_version,
    receivedAtMs: row.received_at_ms,
    account: row.account === null ? null : (JSON.parse(row.account) as JsonObject),
    givenUp: row.given_up,
    ...shown,
    run: row.run,
    annotations: row.annotations,
  };
}
