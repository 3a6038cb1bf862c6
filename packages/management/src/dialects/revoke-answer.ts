import * as z from "zod";
import { makeBody, type Body } from "../schemas/body.ts";
import type { RevokeAnswer, RevokedKey } from "./dialect.ts";

const wireSchema = z.object({ id: z.string(), revoked: z.literal(true), already_revoked: z.boolean() });

/** What a revoke answers where the document gives no body: true both times, because a retry must be harmless. */
export const revokeAnswer: Body<RevokedKey, RevokeAnswer> = makeBody(wireSchema, {
  write: ({ key, outcome }: RevokedKey) => ({
    id: key.id,
    revoked: true as const,
    already_revoked: outcome === "already-revoked",
  }),
  read: ({ id, already_revoked }) => ({ id, outcome: already_revoked ? "already-revoked" : "revoked" }),
});
