import type { ExposureState, ExposureStore } from "./exposure-store.ts";
import { appendAudit } from "../audit/append-audit.ts";
import { withOccurrences } from "./exposure-rows.ts";
import { recordExposure } from "./record-exposure.ts";
import type { Session } from "../sql/session.ts";

const noExposures: Readonly<Record<ExposureState, number>> = {
  detected: 0,
  confirmed: 0,
  revoked: 0,
  inactive: 0,
  "not-ours": 0,
  reported: 0,
  withheld: 0,
};

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
      const rows = await db
        .selectFrom("exposures")
        .selectAll()
        .where("host", "=", host)
        .where("repository_id", "=", repositoryId)
        .orderBy("id")
        .execute();
      const wanted = new Set(commits);
      const all = await withOccurrences(session, rows);
      return all.filter(({ occurrences }) => occurrences.some(({ commit }) => wanted.has(commit)));
    },
    setState: (id, change, audit) =>
      session.mutate(async (transaction) => {
        const { state, provider, keyId } = change;
        const { numUpdatedRows } = await transaction.db
          .updateTable("exposures")
          .set({
            state,
            ...(provider === undefined ? {} : { provider }),
            ...(keyId === undefined ? {} : { key_id: keyId }),
          })
          .where("id", "=", id)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        if (audit !== undefined) await appendAudit(transaction, audit);
        return true;
      }),
    async counts() {
      const rows = await db
        .selectFrom("exposures")
        .select((exposure) => ["state", exposure.fn.countAll().as("count")])
        .groupBy("state")
        .execute();
      return {
        ...noExposures,
        ...Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)])),
      };
    },
  };
}
