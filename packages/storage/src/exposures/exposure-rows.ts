import type { Confidence, Exposure } from "./exposure-store.ts";
import type { Selectable } from "kysely";
import type { Session } from "../sql/session.ts";
import type { ExposureTable, OccurrenceTable } from "../sql/tables.ts";

// Databases limit the parameters of a query, and strangers decide how many keys a push holds.
const idsPerQuery = 1000;

/** What the column holds where it is not known; earlier versions did not allow NULL there. */
export const unknownEnvironment = "unknown";

export type ExposureRow = Selectable<ExposureTable>;

/** Adds the occurrences to each exposure, in the order that the exposures have. */
export async function withOccurrences(
  session: Session,
  rows: readonly ExposureRow[],
): Promise<readonly Exposure[]> {
  const occurrences: OccurrenceTable[] = [];
  for (let start = 0; start < rows.length; start += idsPerQuery)
    occurrences.push(
      ...(await selectOccurrences(
        session,
        rows.slice(start, start + idsPerQuery).map(({ id }) => id),
      )),
    );
  const byExposure = Map.groupBy(occurrences, (occurrence) => occurrence.exposure_id);
  return rows.map((row) => ({
    id: row.id,
    repository: { host: row.host, repositoryId: row.repository_id },
    fingerprint: row.fingerprint,
    provider: row.provider,
    kind: row.kind,
    environment: row.environment === unknownEnvironment ? null : row.environment,
    label: row.label,
    redacted: row.redacted,
    candidates: JSON.parse(row.candidates) as readonly string[],
    confidence: row.confidence as Confidence,
    firstSeenAtMs: row.first_seen_at_ms,
    lastSeenAtMs: row.last_seen_at_ms,
    occurrences: (byExposure.get(row.id) ?? []).map((occurrence) => ({
      commit: occurrence.commit_id,
      path: occurrence.path,
      line: occurrence.line_number,
      column: occurrence.column_number,
      seenAtMs: occurrence.seen_at_ms,
    })),
  }));
}

function selectOccurrences({ db }: Session, exposureIds: readonly number[]) {
  return db
    .selectFrom("occurrences")
    .selectAll()
    .where("exposure_id", "in", exposureIds)
    .orderBy("seen_at_ms")
    .orderBy("commit_id")
    .orderBy("path")
    .orderBy("line_number")
    .orderBy("column_number")
    .execute();
}
