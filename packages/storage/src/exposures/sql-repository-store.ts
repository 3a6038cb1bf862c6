import type { Session } from "../sql/session.ts";
import type { KnownRepositoryTable } from "../sql/tables.ts";
import type { RepositoryId } from "./exposure-store.ts";
import type { KnownRepository, RepositoryStore } from "./repository-store.ts";

export function makeRepositoryStore(session: Session): RepositoryStore {
  const change = ({ db }: Session, { host, repositoryId }: RepositoryId) =>
    db.updateTable("known_repositories").where("host", "=", host).where("repository_id", "=", repositoryId);
  const get = async ({ db }: Session, { host, repositoryId }: RepositoryId) => {
    const row = await db
      .selectFrom("known_repositories")
      .selectAll()
      .where("host", "=", host)
      .where("repository_id", "=", repositoryId)
      .executeTakeFirst();
    return row === undefined ? null : repositoryFromRow(row);
  };
  return {
    learn: (repository, { owner, name, installationId, isPrivate, atMs: givenAtMs }) =>
      session.mutate(async (transaction) => {
        const { host, repositoryId } = repository;
        const known = await get(transaction, repository);
        const atMs = givenAtMs ?? Math.max(transaction.now(), known?.learntAtMs ?? 0);
        const facts = {
          owner: transaction.guard.maskText(owner),
          name: transaction.guard.maskText(name),
          installation_id: installationId,
          is_private: isPrivate ? 1 : 0,
          state: "active" as const,
          learnt_at_ms: atMs,
        };
        await transaction.db
          .insertInto("known_repositories")
          .values({ host, repository_id: repositoryId, ...facts })
          .onConflict((conflict) =>
            conflict
              .columns(["host", "repository_id"])
              .doUpdateSet(facts)
              .where("known_repositories.learnt_at_ms", "<=", atMs),
          )
          .execute();
        const isNewer = known === null || known.learntAtMs <= atMs;
        return { isNew: known === null, becamePublic: isNewer && known?.isPrivate === true && !isPrivate };
      }),
    setState: (repository, state) =>
      session.mutate(async (transaction) => {
        // What was to be scanned then is not: once it is given back, its refs are looked at anew.
        const facts = state === "active" ? { state } : { state, swept_refs: null };
        await change(transaction, repository).set(facts).execute();
      }),
    setSwept: (repository, { sweptAtMs, sweptRefs }) =>
      session.mutate(async (transaction) => {
        await change(transaction, repository)
          .set({ swept_at_ms: sweptAtMs, swept_refs: sweptRefs })
          .execute();
      }),
    setBackfilled: (repository, backfilledAtMs) =>
      session.mutate(async (transaction) => {
        await change(transaction, repository).set({ backfilled_at_ms: backfilledAtMs }).execute();
      }),
    setMade: (repository, madeAtMs) =>
      session.mutate(async (transaction) => {
        const { numUpdatedRows } = await change(transaction, repository)
          .set({ made_at_ms: madeAtMs, swept_refs: null })
          .where("made_at_ms", "is", null)
          .executeTakeFirst();
        return numUpdatedRows === 1n;
      }),
    get: (repository) => get(session, repository),
    async list({ state, installationId } = {}) {
      let query = session.db.selectFrom("known_repositories").selectAll();
      if (state !== undefined) query = query.where("state", "=", state);
      if (installationId !== undefined) query = query.where("installation_id", "=", installationId);
      const rows = await query.orderBy("host").orderBy("repository_id").execute();
      return rows.map(repositoryFromRow);
    },
  };
}

function repositoryFromRow(row: KnownRepositoryTable): KnownRepository {
  return {
    repository: { host: row.host, repositoryId: row.repository_id },
    owner: row.owner,
    name: row.name,
    installationId: row.installation_id,
    isPrivate: row.is_private === 1,
    state: row.state,
    learntAtMs: row.learnt_at_ms,
    sweptAtMs: row.swept_at_ms,
    sweptRefs: row.swept_refs,
    backfilledAtMs: row.backfilled_at_ms,
    madeAtMs: row.made_at_ms,
  };
}
