import { lookupAnswerSchema, lookupRequestSchema } from "@keywarden/management";
import type { PurgedSecret } from "@keywarden/storage";
import { limitsOf } from "../auth/principal.ts";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { lookUpKey as lookUp } from "../keys/look-up-key.ts";
import { isoOf } from "../keys/view-key.ts";
import { done } from "../refusal.ts";

export const lookUpKeyRoute: OperatorRoute = {
  method: "POST",
  path: "/v1/keys/lookup",
  right: "lookup",
  keepsLimits: true,
  contract: {
    summary: "Find the key that a fingerprint names",
    body: lookupRequestSchema,
    status: 200,
    answer: lookupAnswerSchema,
  },
  handle: async (context, { caller, body }) => {
    const request = parse(lookupRequestSchema, body);
    if (!request.ok) return request;
    const found = await lookUp(context, caller.principal, request.value.sha256);
    if (found.found)
      return done({ status: 200, body: { found: true, key: found.key, secretState: found.state } });
    // Whether a token with limits may know of it cannot be told any more.
    const purged =
      limitsOf(caller.principal) === null
        ? await context.storage.keys.findPurged(request.value.sha256)
        : null;
    return done({ status: 200, body: { found: false, ...(purged !== null && { purged: view(purged) }) } });
  },
};

function view({ keyId, provider, revokedAtMs, purgedAtMs }: PurgedSecret) {
  return { keyId, provider, revokedAt: isoOf(revokedAtMs), purgedAt: isoOf(purgedAtMs) };
}
