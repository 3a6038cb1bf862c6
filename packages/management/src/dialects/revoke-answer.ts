import * as z from "zod";
import { makeBody, type Body } from "../schemas/body.ts";
import type { RevokedKey } from "./dialect.ts";
import type { RevokeOutcome } from "../schemas/vocabulary.ts";

const wireSchema = z.object({ id: z.string(), revoked: z.literal(true), already_revoked: z.boolean() });

/** What a revoke answers where the document gives no body: true both times, because a retry must be harmless. */
export const revokeAnswer: Body<RevokedKey, { outcome: RevokeOutcome }> = makeBody(wireSchema, {
  write: ({ key, outcome }: RevokedKey) => ({
    id: key.id,
    revoked: true as const,
    already_revoked: outcome === "already-revoked",
  }),
  read: ({ already_revoked }) => ({ outcome: already_revoked ? "already-revoked" : "revoked" }),
});
