import type { ExposureStore } from "./exposure-store.ts";
import { limitOf } from "../sql/limit.ts";
import { withOccurrences } from "./exposure-rows.ts";
import { recordExposure } from "./record-exposure.ts";
import type { Session } from "../sql/session.ts";

export function makeExposureStore(session: Session): ExposureStore {
  const { db } = session;
  return {
    record: (exposure) => recordExposure(session, exposure),
    async get({ host, repositoryId }, fingerprint) {
      const rows = await db
        .selectFrom("exposures")
        .selectAll()
        .where("host", "=", host)
        .where("repository_id", "=", repositoryId)
        .where("fingerprint", "=", fingerprint)
        .execute();
      const [exposure] = await withOccurrences(session, rows);
      return exposure ?? null;
    },
    async getById(id) {
      const rows = await db.selectFrom("exposures").selectAll().where("id", "=", id).execute();
      const [exposure] = await withOccurrences(session, rows);
      return exposure ?? null;
    },
    async list({ repository, afterId = 0, limit } = {}) {
      let query = db.selectFrom("exposures").selectAll().where("id", ">", afterId);
      if (repository !== undefined)
        query = query
          .where("host", "=", repository.host)
          .where("repository_id", "=", repository.repositoryId);
      return withOccurrences(session, await query.orderBy("id").limit(limitOf(limit)).execute());
    },
    async listByFingerprint(fingerprint) {
      const rows = await db
        .selectFrom("exposures")
        .selectAll()
        .where("fingerprint", "=", fingerprint)
        .orderBy("id")
        .execute();
      return withOccurrences(session, rows);
    },
    async listByCommits({ host, repositoryId }, commits) {
      if (commits.length === 0) return [];
      const rows = await db
        .selectFrom("exposures")
        .selectAll()
        .where("host", "=", host)
        .where("repository_id", "=", repositoryId)
        .where((exposure) =>
          exposure.exists(
            exposure
              .selectFrom("occurrences")
              .select("occurrences.exposure_id")
              .whereRef("occurrences.exposure_id", "=", "exposures.id")
              .where("occurrences.commit_id", "in", commits),
          ),
        )
        .orderBy("id")
        .execute();
      return withOccurrences(session, rows);
    },
  };
}
