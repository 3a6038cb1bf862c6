import type { RepositoryId } from "./exposure-store.ts";
import type { ProvenanceStore, StoredRefListing } from "./provenance-store.ts";
import { inBatches } from "../sql/in-batches.ts";
import type { Session } from "../sql/session.ts";

export function makeProvenanceStore(session: Session): ProvenanceStore {
  const named = ({ host, repositoryId }: RepositoryId) => ({ host, repository_id: repositoryId });
  const readListing = async (
    { db, sharing }: Session,
    { host, repositoryId }: RepositoryId,
    { locks }: { readonly locks: boolean },
  ): Promise<Omit<StoredRefListing, "refs"> | null> => {
    const query = db
      .selectFrom("repositories")
      .select(["listed_at_ms", "answered_at_ms", "pushes_known", "is_settled"])
      .where("host", "=", host)
      .where("repository_id", "=", repositoryId);
    const row = await (locks && sharing.locksRows ? query.forUpdate() : query).executeTakeFirst();
    if (row === undefined) return null;
    return {
      listedAtMs: row.listed_at_ms,
      answeredAtMs: row.answered_at_ms,
      pushesKnown: row.pushes_known,
      isSettled: row.is_settled === 1,
    };
  };
  const countPushes = async ({ db }: Session, { host, repositoryId }: RepositoryId): Promise<number> => {
    const { count } = await db
      .selectFrom("known_pushes")
      .select((push) => push.fn.countAll().as("count"))
      .where("host", "=", host)
      .where("repository_id", "=", repositoryId)
      .executeTakeFirstOrThrow();
    return Number(count);
  };
  return {
    recordPush: (repository, { delivery, ref, before, after, pushedAtMs, isSurelyBefore }) =>
      session.mutate(async ({ db }) => {
        await db
          .insertInto("known_pushes")
          .values({
            ...named(repository),
            delivery,
            ref_sha256: ref,
            before_id: before,
            after_id: after,
            pushed_at_ms: pushedAtMs,
            is_surely_before: isSurelyBefore ? 1 : 0,
          })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }),
    async listPushes({ host, repositoryId }) {
      const rows = await session.db
        .selectFrom("known_pushes")
        .selectAll()
        .where("host", "=", host)
        .where("repository_id", "=", repositoryId)
        .execute();
      return rows.map((row) => ({
        delivery: row.delivery,
        ref: row.ref_sha256,
        before: row.before_id,
        after: row.after_id,
        pushedAtMs: row.pushed_at_ms,
        isSurelyBefore: row.is_surely_before === 1,
      }));
    },
    async isFirstAfterDoubt({ host, repositoryId }, { ref, pushedAtMs }, untilMs) {
      const rows = await session.db
        .selectFrom("known_pushes")
        .select("pushed_at_ms")
        .where("host", "=", host)
        .where("repository_id", "=", repositoryId)
        .where("ref_sha256", "=", ref)
        .where("is_surely_before", "=", 0)
        .where("pushed_at_ms", "<", pushedAtMs)
        .execute();
      return rows.length > 0 && rows.every(({ pushed_at_ms }) => pushed_at_ms <= untilMs);
    },
    countPushes: (repository) => countPushes(session, repository),
    recordListing: (repository, { listedAtMs, answeredAtMs, pushesKnown, refs }) =>
      session.mutate(async (transaction) => {
        const { db } = transaction;
        if ((await readListing(transaction, repository, { locks: true }))?.isSettled === true) return false;
        const facts = {
          listed_at_ms: listedAtMs,
          answered_at_ms: answeredAtMs,
          pushes_known: pushesKnown,
        };
        const { numInsertedOrUpdatedRows } = await db
          .insertInto("repositories")
          .values({ ...named(repository), ...facts, is_settled: 0, judged_baseline: null })
          .onConflict((conflict) =>
            conflict
              .columns(["host", "repository_id"])
              .doUpdateSet(facts)
              .where("repositories.is_settled", "=", 0),
          )
          .executeTakeFirst();
        if (numInsertedOrUpdatedRows !== 1n) return false;
        const { host, repository_id } = named(repository);
        await db
          .deleteFrom("listed_refs")
          .where("host", "=", host)
          .where("repository_id", "=", repository_id)
          .execute();
        const rows = [...refs].map(([ref_sha256, object_id]) => ({
          ...named(repository),
          ref_sha256,
          object_id,
        }));
        for (const batch of inBatches(rows)) await db.insertInto("listed_refs").values(batch).execute();
        return true;
      }),
    settleListing: (repository) =>
      session.mutate(async (transaction) => {
        const listing = await readListing(transaction, repository, { locks: true });
        if (listing === null || listing.isSettled) return listing !== null;
        if ((await countPushes(transaction, repository)) !== listing.pushesKnown) return false;
        const { host, repository_id } = named(repository);
        await transaction.db
          .updateTable("repositories")
          .set({ is_settled: 1 })
          .where("host", "=", host)
          .where("repository_id", "=", repository_id)
          .execute();
        return true;
      }),
    getListingState: (repository) => readListing(session, repository, { locks: false }),
    async getListing(repository) {
      const { host, repository_id } = named(repository);
      const listing = await readListing(session, repository, { locks: false });
      if (listing === null) return null;
      const rows = await session.db
        .selectFrom("listed_refs")
        .select(["ref_sha256", "object_id"])
        .where("host", "=", host)
        .where("repository_id", "=", repository_id)
        .execute();
      return {
        ...listing,
        refs: new Map(rows.map((row) => [row.ref_sha256, row.object_id])),
      };
    },
    async getJudgedBaseline({ host, repositoryId }) {
      const row = await session.db
        .selectFrom("repositories")
        .select("judged_baseline")
        .where("host", "=", host)
        .where("repository_id", "=", repositoryId)
        .executeTakeFirst();
      return row?.judged_baseline ?? null;
    },
    setJudgedBaseline: ({ host, repositoryId }, name) =>
      session.mutate(async ({ db }) => {
        await db
          .updateTable("repositories")
          .set({ judged_baseline: name })
          .where("host", "=", host)
          .where("repository_id", "=", repositoryId)
          .execute();
      }),
    recordHoldings: (repository, holdings) =>
      session.mutate(async ({ db }) => {
        const rows = holdings.map(({ objectId, fingerprint }) => ({
          ...named(repository),
          object_id: objectId,
          fingerprint,
        }));
        for (const batch of inBatches(rows))
          await db
            .insertInto("holdings")
            .values(batch)
            .onConflict((conflict) => conflict.doNothing())
            .execute();
      }),
    async listHoldings({ host, repositoryId }) {
      const rows = await session.db
        .selectFrom("holdings")
        .select(["object_id", "fingerprint"])
        .where("host", "=", host)
        .where("repository_id", "=", repositoryId)
        .execute();
      return rows.map((row) => ({
        objectId: row.object_id,
        fingerprint: row.fingerprint,
      }));
    },
    forgetUnread: ({ host, repositoryId }, fingerprints) =>
      session.mutate(async ({ db }) => {
        for (const batch of inBatches(fingerprints))
          for (const table of ["holdings", "introductions"] as const)
            await db
              .deleteFrom(table)
              .where("host", "=", host)
              .where("repository_id", "=", repositoryId)
              .where("fingerprint", "in", batch)
              .execute();
      }),
    recordIntroductions: (repository, introductions) =>
      session.mutate(async ({ db }) => {
        const rows = introductions.map(({ fingerprint, by }) => ({
          ...named(repository),
          fingerprint,
          introduced_by: by,
        }));
        for (const batch of inBatches(rows))
          await db
            .insertInto("introductions")
            .values(batch)
            .onConflict((conflict) => conflict.doNothing())
            .execute();
      }),
    async listIntroductions({ host, repositoryId }) {
      const rows = await session.db
        .selectFrom("introductions")
        .select(["fingerprint", "introduced_by"])
        .where("host", "=", host)
        .where("repository_id", "=", repositoryId)
        .execute();
      return rows.map((row) => ({ fingerprint: row.fingerprint, by: row.introduced_by }));
    },
  };
}
