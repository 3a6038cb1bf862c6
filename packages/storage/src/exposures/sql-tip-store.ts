import type { RepositoryId } from "./exposure-store.ts";
import type { TipStore } from "./tip-store.ts";
import type { Session } from "../sql/session.ts";

export function makeTipStore(session: Session): TipStore {
  return {
    add: ({ host, repositoryId }, objectIds, { supersedes = [] } = {}) =>
      session.mutate(async (transaction) => {
        for (const objectId of supersedes)
          if (!objectIds.includes(objectId))
            await deleteTips(transaction, { host, repositoryId }).where("object_id", "=", objectId).execute();
        for (const object_id of objectIds)
          await transaction.db
            .insertInto("tips")
            .values({ host, repository_id: repositoryId, object_id })
            .onConflict((conflict) => conflict.doNothing())
            .execute();
      }),
    async list({ host, repositoryId }) {
      const rows = await session.db
        .selectFrom("tips")
        .select("object_id")
        .where("host", "=", host)
        .where("repository_id", "=", repositoryId)
        .orderBy("sequence")
        .execute();
      return rows.map((row) => row.object_id);
    },
    clear: (repository) =>
      session.mutate(async (transaction) => {
        await deleteTips(transaction, repository).execute();
      }),
  };
}

function deleteTips({ db }: Session, { host, repositoryId }: RepositoryId) {
  return db.deleteFrom("tips").where("host", "=", host).where("repository_id", "=", repositoryId);
}
