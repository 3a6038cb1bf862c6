import { lookupRequestSchema, tokenLookupAnswerSchema } from "@keywarden/management";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { done } from "../refusal.ts";
import { viewToken } from "../auth/revoke-token.ts";

export const lookUpTokenRoute: OperatorRoute = {
  method: "POST",
  path: "/v1/tokens/lookup",
  right: "lookup",
  contract: {
    summary: "Find the token of the server's own that a fingerprint names, also one that is revoked",
    body: lookupRequestSchema,
    status: 200,
    answer: tokenLookupAnswerSchema,
  },
  handle: async (context, { body }) => {
    const request = parse(lookupRequestSchema, body);
    if (!request.ok) return request;
    const token = await context.storage.tokens.findBySha256(request.value.sha256);
    // When it was last used is not kept with what is remembered of it.
    const listed = token === null ? [] : await context.storage.tokens.list();
    const found = listed.find(({ id }) => id === token?.id);
    return done({
      status: 200,
      body:
        found === undefined
          ? { found: false }
          : { found: true, token: viewToken(found, context.storage.now()) },
    });
  },
};
