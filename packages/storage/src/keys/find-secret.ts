import type { KeyStore } from "./key-store.ts";
import { keyFromRow, secretFromRow, selectFirstGeneration } from "./key-rows.ts";
import { readKey } from "./rotate-key.ts";
import type { Session } from "../sql/session.ts";

const wanted = "the hash that is asked for";

/**
 * Verification asks this for every request of a customer's API, so the query is built once, and it joins no other
 * secrets: a key that was never rotated has none.
 */
export function makeFinder(session: Session): KeyStore["findBySha256"] {
  const query = selectFirstGeneration(session.db).where("s.sha256", "=", wanted).compile();
  const parametersFor = (sha256: string) =>
    query.parameters.map((value) => (value === wanted ? sha256 : value));

  return async (sha256) => {
    const nowMs = await session.readNow();
    const asked: typeof query = { ...query, parameters: parametersFor(sha256) };
    const row = await session.readFirst(asked);
    if (row === undefined) return null;
    if (row.generation === 1) {
      const key = keyFromRow(row, nowMs);
      return { key, secret: key.secret };
    }
    const key = await readKey(session, row.id, nowMs);
    if (key === null) return null;
    if (row.found_generation === key.generation) return { key, secret: key.secret };
    // Read after its key: a rotation that comes between them then shows the end that it gave to this secret.
    const older = await session.db
      .selectFrom("secrets")
      .selectAll()
      .where("sha256", "=", sha256)
      .executeTakeFirstOrThrow();
    return { key, secret: secretFromRow(older, key) };
  };
}
