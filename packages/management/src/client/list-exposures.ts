import * as z from "zod";
import { failureOf } from "./failure-of.ts";
import { ManagementError } from "./management-error.ts";
import type { Transport } from "./transport.ts";

/** A key that the GitHub App found, as far as programs of this repository read it. */
const exposureRecordSchema = z.object({
  id: z.int(),
  /** The managed key that it is; null where no provider knows it. */
  keyId: z.string().nullable(),
  /** Masked. */
  key: z.string(),
  provider: z.string().nullable(),
  repository: z.object({ id: z.int(), name: z.string().nullable(), visibility: z.string() }),
  state: z.string(),
  /** Why the App decided that, as a sentence. */
  because: z.string(),
  locations: z.array(z.object({ path: z.string(), line: z.int() })).readonly(),
  firstSeenAt: z.iso.datetime(),
});
export type ExposureRecord = z.infer<typeof exposureRecordSchema>;

const pageSchema = z.object({
  data: z.array(exposureRecordSchema).readonly(),
  nextAfter: z.int().nullable(),
});

const pageSize = 500;
const mostPages = 200;

/**
 * Lists what the GitHub App behind a transport has found, oldest first.
 *
 * @throws {@link ManagementError} also where there is more than is read: a part of them says nothing of the rest
 */
export async function listExposures(app: Transport): Promise<readonly ExposureRecord[]> {
  const found: ExposureRecord[] = [];
  let after: number | null = 0;
  for (let read = 0; read < mostPages; read += 1) {
    const query: Readonly<Record<string, number>> = { limit: pageSize, ...(after > 0 && { after }) };
    const answer = await app.send({ method: "GET", path: "/v1/exposures", query });
    if (answer.status !== 200) throw failureOf(answer, "list exposures", {}, app);
    const page = pageSchema.safeParse(answer.body);
    if (!page.success)
      throw new ManagementError(
        "MANAGEMENT_BAD_ANSWER",
        `the GitHub App at ${answer.url.host} did not answer with exposures`,
      );
    found.push(...page.data.data);
    after = page.data.nextAfter;
    if (after === null) return found;
  }
  throw new ManagementError(
    "MANAGEMENT_BAD_ANSWER",
    `the GitHub App has found more than ${mostPages * pageSize} exposures, which is more than is read`,
  );
}
