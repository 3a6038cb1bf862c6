import { lookupAnswerSchema, lookupRequestSchema } from "@keywarden/management";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { lookUpKey as lookUp } from "../keys/look-up-key.ts";
import { done } from "../refusal.ts";

export const lookUpKey: OperatorRoute = {
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
    return done({
      status: 200,
      body: found.found ? { found: true, key: found.key, secretState: found.state } : { found: false },
    });
  },
};
